package dev.rlm.sandbox;

import java.util.function.LongSupplier;

/**
 * How fast the frames of a worker are taken: so many and so many bytes at once, and then so many a second. A worker that
 * is faster is not read from meanwhile, so that it waits in its own writes. Not thread-safe.
 */
final class FrameRate {
    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanos;
    private final Allowance frames = new Allowance(20_000, 5_000);
    private final Allowance bytes = new Allowance(1L << 30, 100_000_000);
    private long last;

    FrameRate(LongSupplier nanos) {
        this.nanos = nanos;
        this.last = nanos.getAsLong();
    }

    /** Notes a frame of so many bytes, and tells how many nanoseconds to wait before the next is read. */
    long delayAfter(long frameBytes) {
        long now = nanos.getAsLong();
        long passed = now - last;
        last = now;
        return Math.max(frames.delayAfter(1, passed), bytes.delayAfter(frameBytes, passed));
    }

    private static final class Allowance {
        private final double most;
        private final double perNano;
        private double left;

        Allowance(long most, long perSecond) {
            this.most = most;
            this.perNano = (double) perSecond / SECOND;
            this.left = most;
        }

        long delayAfter(long amount, long passed) {
            left = Math.min(most, left + passed * perNano) - amount;
            return left >= 0 ? 0 : (long) (-left / perNano);
        }
    }
}
