package dev.rlm.context;

import java.time.Duration;
import java.time.Instant;

/**
 * How processes that share a store tell whether one of them still works on something: it says so again and again, and one
 * that has not for a while is gone.
 */
public final class Lease {
    /** Who has said nothing for so long is gone. */
    public static final Duration TIME = Duration.ofSeconds(60);

    /** Who works says so at least this often: some of it may fail. */
    public static final Duration RENEWAL = Duration.ofSeconds(15);

    private Lease() {}

    /** Whether who said last at that time that it works is gone. */
    public static boolean isOver(Instant renewed, Instant now) {
        return !now.isBefore(renewed.plus(TIME));
    }
}
