package dev.rlm.search;

/**
 * Runs an automaton to where a match ends, and RE2/J from the last place before it where no attempt was going on, so that
 * the slow engine sees little more than the matches. Finds what RE2/J finds.
 */
final class AutomatonFinder implements Finder {
    private static final int LARGEST_PIECE = 1 << 13;
    private static final int SMALLEST_PIECE = 1 << 8;

    private final Region region;
    private final Automaton automaton;
    private final Skipping skipping;
    private final RegexFinder exact;
    private final char[] piece;
    private int state;
    private int idleAt;

    /**
     * A finder.
     *
     * @param automaton that of the pattern, which nobody else uses meanwhile
     * @param prefix what every match starts with, or empty
     * @param exact the engine that knows where a match starts and ends
     */
    AutomatonFinder(Region region, Automaton automaton, String prefix, RegexFinder exact) {
        this.region = region;
        this.automaton = automaton;
        this.skipping = new Skipping(prefix, region);
        this.exact = exact;
        this.piece = new char[Math.min(LARGEST_PIECE, region.to() - region.from())];
    }

    @Override
    public boolean find(int from) throws InterruptedException {
        if (automaton.gaveUp()) {
            return exact.find(from);
        }
        return matches(from) && exact.find(idleAt);
    }

    @Override
    public int start() {
        return exact.start();
    }

    @Override
    public int end() {
        return exact.end();
    }

    /** Whether there may be a match, which then starts at idleAt or later. */
    private boolean matches(int from) throws InterruptedException {
        state = automaton.idle(region.kindBefore(from));
        idleAt = from;
        int place = from;
        int size = LARGEST_PIECE;
        while (place < region.to()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (skipping.pays() && state < automaton.endOfIdle()) {
                place = skipping.from(place);
                if (place < 0) {
                    return false;
                }
                idleAt = place;
                state = automaton.idle(region.kindBefore(place));
                size = SMALLEST_PIECE;
            }
            int length = Math.min(Math.min(size, piece.length), region.to() - place);
            size = Math.min(LARGEST_PIECE, 2 * size);
            region.text().getChars(place, place + length, piece, 0);
            int read = read(place, length);
            if (state == Automaton.MATCHES || state == Automaton.GAVE_UP) {
                return true;
            }
            automaton.read(read);
            place += read;
        }
        return automaton.matchesAtEnd(state);
    }

    /**
     * Runs over a piece, up to a match, or until no attempt goes on where leaping is better.
     *
     * @return how much was read, which is one more than the piece where it ends inside a pair
     */
    private int read(int place, int length) throws InterruptedException {
        int offset = 0;
        while (offset < length) {
            int before = offset;
            offset = run(place, before, length);
            boolean leaps = offset > before && skipping.pays() && state < automaton.endOfIdle();
            if (offset == length || leaps) {
                return offset;
            }
            int codePoint = region.codePointAt(place + offset);
            state = automaton.step(state, codePoint);
            if (state < 0) {
                return offset;
            }
            offset += Character.charCount(codePoint);
            if (state < automaton.endOfIdle()) {
                idleAt = place + offset;
            }
        }
        return offset;
    }

    /** Runs as far as the ways are built; this is where the time goes. */
    private int run(int place, int from, int length) {
        int[] transitions = automaton.transitions();
        char[] classes = automaton.classes();
        char[] units = piece;
        int endOfIdle = automaton.endOfIdle();
        boolean stops = skipping.pays();
        int at = state;
        int offset = from;
        int lastIdle = -1;
        while (offset < length) {
            int next = transitions[at + classes[units[offset]]];
            if (next < 0) {
                break;
            }
            at = next;
            offset++;
            if (next < endOfIdle) {
                lastIdle = offset;
                if (stops) {
                    break;
                }
            }
        }
        state = at;
        if (lastIdle >= 0) {
            idleAt = place + lastIdle;
        }
        return offset;
    }
}
