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
        int state = automaton.idle(region.kindBefore(from));
        int place = from;
        int size = skipping.pays() ? SMALLEST_PIECE : LARGEST_PIECE;
        idleAt = from;
        while (place < region.to()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            boolean idle = state < automaton.endOfIdle();
            if (idle && skipping.pays()) {
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
            int offset = 0;
            while (offset < length) {
                int[] transitions = automaton.transitions();
                char[] classes = automaton.classes();
                int endOfIdle = automaton.endOfIdle();
                boolean stopIdle = skipping.pays();
                int lastIdle = -1;
                while (offset < length) {
                    int next = transitions[state + classes[piece[offset]]];
                    if (next < 0) {
                        break;
                    }
                    state = next;
                    offset++;
                    if (next < endOfIdle) {
                        lastIdle = offset;
                        if (stopIdle) {
                            break;
                        }
                    }
                }
                if (lastIdle >= 0) {
                    idleAt = place + lastIdle;
                }
                if (offset == length || (stopIdle && lastIdle == offset)) {
                    break;
                }
                int codePoint = region.codePointAt(place + offset);
                int next = automaton.step(state, codePoint);
                if (next < 0) {
                    automaton.read(offset);
                    return true;
                }
                state = next;
                offset += Character.charCount(codePoint);
                if (state < automaton.endOfIdle()) {
                    idleAt = place + offset;
                }
            }
            automaton.read(offset);
            place += offset;
        }
        return automaton.matchesAtEnd(state);
    }
}
