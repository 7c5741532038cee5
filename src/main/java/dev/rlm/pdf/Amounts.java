package dev.rlm.pdf;

import java.time.Duration;

/** Amounts as people write them. */
final class Amounts {
    private Amounts() {}

    /** A time in the largest unit that keeps it exact. */
    static String of(Duration time) {
        if (time.toMillis() % 1_000 != 0) {
            return time.toMillis() + " ms";
        }
        return time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    /** A size in MiB. */
    static String ofBytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
