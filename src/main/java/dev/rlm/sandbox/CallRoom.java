package dev.rlm.sandbox;

/** How many calls the cells of one worker may have under way together, and of how many characters. Thread-safe. */
final class CallRoom {
    private static final int MOST_CALLS = 512;
    private static final long MOST_CHARACTERS = 512_000_000;

    private int calls;
    private long characters;

    /** Takes room for a call with so many characters; false if there is not so much. */
    synchronized boolean take(long size) {
        if (calls >= MOST_CALLS || characters + size > MOST_CHARACTERS) {
            return false;
        }
        calls++;
        characters += size;
        return true;
    }

    /** Gives back what a call has taken. */
    synchronized void giveBack(long size) {
        calls--;
        characters -= size;
    }
}
