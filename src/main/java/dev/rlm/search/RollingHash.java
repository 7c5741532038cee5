package dev.rlm.search;

/** A hash of the last {@value #LENGTH} characters that were added, white space left out. Not thread-safe. */
final class RollingHash {

    /** How many characters are hashed. */
    static final int LENGTH = 16;

    private static final long FACTOR = 0x5851f42d4c957f2dL;
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final long FACTOR_OF_OLDEST = power(FACTOR, LENGTH);

    private final char[] characters = new char[LENGTH];
    private final int[] places = new int[LENGTH];
    private int next;
    private int count;
    private long hash;

    private static long power(long factor, int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= factor;
        }
        return power;
    }

    /** Forgets all characters. */
    void clear() {
        next = 0;
        count = 0;
        hash = 0;
    }

    /** Adds a character that is no white space, and its place. */
    void add(char character, int place) {
        long without = count < LENGTH ? 0 : (characters[next] + 1) * FACTOR_OF_OLDEST;
        hash = hash * FACTOR + character + 1 - without;
        characters[next] = character;
        places[next] = place;
        next = next + 1 == LENGTH ? 0 : next + 1;
        count = Math.min(LENGTH, count + 1);
    }

    /** Whether there are enough characters for a hash. */
    boolean isFull() {
        return count == LENGTH;
    }

    /** The place of the first of the characters that are hashed. */
    int firstPlace() {
        return places[next];
    }

    /** The hash, with all bits mixed. */
    long value() {
        return mixed(hash);
    }

    /** The hash of no characters, with one more character and so on, before its bits are mixed. */
    static long plus(long hash, char character) {
        return hash * FACTOR + character + 1;
    }

    /** A hash with all bits mixed. */
    static long mixed(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * MIX;
        return mixed ^ (mixed >>> 29);
    }
}
