package dev.rlm.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * So many a minute for each of many: a token bucket that holds a minute's worth, kept as the time at which it will be full
 * again (the generic cell rate algorithm). Of more than {@value #MOST_KEPT} it forgets those that came longest ago, so memory is
 * bounded. Thread-safe.
 */
public final class RateLimit {

    static final int MOST_KEPT = 10_000;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final LongSupplier nanoTime;

    private final Map<String, Long> fullAgain = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /**
     * A limit.
     *
     * @param perMinute how many, 0 for no limit
     * @param nanoTime a clock that only goes forward, such as {@link System#nanoTime}
     */
    public RateLimit(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    /** Takes one; empty if it could be had, otherwise how long it takes until there is one. */
    public synchronized Optional<Duration> take(String who) {
        if (perMinute == 0) {
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        long each = MINUTE / perMinute;
        Long known = fullAgain.get(who);
        long full = known == null || known - now < 0 ? now : known;
        long missing = full - now + each - MINUTE;
        if (missing > 0) {
            return Optional.of(Duration.ofNanos(missing));
        }
        fullAgain.put(who, full + each);
        return Optional.empty();
    }

    /** How many it remembers. */
    synchronized int size() {
        return fullAgain.size();
    }
}
