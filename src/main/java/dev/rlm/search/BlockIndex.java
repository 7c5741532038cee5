package dev.rlm.search;

/**
 * Where in a text the characters of a hash stand, for places at fixed distances. It takes 4 bytes for each of them and a
 * third of that more: at most 2 MiB, or for larger texts an eighth of a byte for each character. Immutable.
 */
final class BlockIndex {

    /** Texts that begin alike are told apart by what follows; of more than so many the rest is not known. */
    private static final int MOST_ALIKE = 4;

    private static final int MOST_PROBES = 64;
    private static final int LEAST_STEP = 16;
    private static final int SMALL_BYTES = 2 << 20;
    private static final int CHARACTERS_OF_BYTE = 8;
    private static final double BYTES_OF_BLOCK = 4 / 0.75;

    /** Blocks with more white space than this among their characters are left out. */
    private static final int LONGEST = 256;

    private final String text;
    private final int step;
    private final int blockBits;

    /** Number of a block from 1, and above it what bits of the hash there is room for; 0 where there is none. */
    private final int[] table;

    BlockIndex(String text) {
        this.text = text;
        this.step = step(text.length());
        int blocks = text.length() / step + 1;
        this.blockBits = Integer.SIZE - Integer.numberOfLeadingZeros(blocks + 1);
        this.table = new int[(int) (blocks / 0.75) + 1];
        for (int block = 0; block < blocks; block++) {
            insert(block);
        }
    }

    /** How many bytes the index of a text of this length has. */
    static long bytes(int length) {
        return (long) Math.ceil(BYTES_OF_BLOCK * ((double) length / step(length) + 1));
    }

    /** How far the blocks of a text of this length are from each other. */
    static int step(int length) {
        long bytes = Math.max(SMALL_BYTES, length / CHARACTERS_OF_BYTE);
        return (int) Math.max(LEAST_STEP, Math.ceil(BYTES_OF_BLOCK * length / bytes));
    }

    private void insert(int block) {
        int end = (int) Math.min((long) block * step + LONGEST, text.length());
        long hash = 0;
        int characters = 0;
        for (int place = block * step; place < end; place++) {
            char c = text.charAt(place);
            if (!WhiteSpace.is(c)) {
                hash = RollingHash.plus(hash, c);
                characters++;
                if (characters == RollingHash.LENGTH) {
                    insert(RollingHash.mixed(hash), block);
                    return;
                }
            }
        }
    }

    private int start(int block) {
        int from = block * step;
        return WhiteSpace.skip(text, from, Math.min(from + LONGEST, text.length()));
    }

    private int slot(long hash) {
        return (int) (((hash >>> Integer.SIZE) * table.length) >>> Integer.SIZE);
    }

    private int tag(long hash) {
        return (int) hash << blockBits;
    }

    private void insert(long hash, int block) {
        int tag = tag(hash);
        int alike = 0;
        int slot = slot(hash);
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            int entry = table[slot];
            if (entry == 0) {
                table[slot] = tag | (block + 1);
                return;
            }
            alike += (entry >>> blockBits << blockBits) == tag ? 1 : 0;
            if (alike == MOST_ALIKE) {
                return;
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
    }

    /** Places in the text where the characters of a hash may stand; returns how many were put into {@code places}. */
    int candidates(long hash, int[] places) {
        int tag = tag(hash);
        int slot = slot(hash);
        int found = 0;
        for (int probe = 0; probe < MOST_PROBES && found < places.length; probe++) {
            int entry = table[slot];
            if (entry == 0) {
                break;
            }
            if ((entry >>> blockBits << blockBits) == tag) {
                places[found++] = start((entry & ((1 << blockBits) - 1)) - 1);
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
        return found;
    }
}
