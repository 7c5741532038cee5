package dev.rlm.schema;

/**
 * How much work a check may still do. Schemas can be written that would take for ever: alternatives that refer to each
 * other double with each level. Steps are counted rather than time, so that a check comes to the same end everywhere and
 * every time. For one thread.
 */
final class Steps {

    /** Seconds at most; a large value with an ordinary schema takes a tenth of it. */
    static final long MOST = 20_000_000;

    private long left;

    Steps(long most) {
        this.left = most;
    }

    /** Takes so many steps. */
    void take(long steps) {
        left -= steps;
        if (left < 0) {
            throw new Exhausted("it takes too many steps");
        }
    }

    /** A check was given up; the message says why, as the end of a sentence. */
    static final class Exhausted extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Exhausted(String why) {
            super(why, null, false, false);
        }
    }
}
