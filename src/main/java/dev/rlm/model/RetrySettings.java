package dev.rlm.model;

import java.time.Duration;

/**
 * How failed calls are repeated.
 *
 * @param firstDelay the upper bound of the wait before the second attempt; it doubles with each further attempt
 * @param maxDelay the highest upper bound of a wait, unless the provider itself asks for more
 * @param maxAttempts how often a call is tried in all, at least 1. Attempts that the provider throttled do not count:
 *     those are repeated until the deadline, because slowing down is all that they need
 * @param attemptTime how long an attempt may take before it is given up and made again: a connection that was lost
 *     silently on its way answers never
 */
public record RetrySettings(Duration firstDelay, Duration maxDelay, int maxAttempts, Duration attemptTime) {

    /** Half a second, doubling up to 20 seconds, six attempts of at most five minutes. */
    public static final RetrySettings DEFAULT =
            new RetrySettings(Duration.ofMillis(500), Duration.ofSeconds(20), 6, Duration.ofMinutes(5));

    public RetrySettings {
        if (firstDelay.isNegative() || firstDelay.isZero() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "Retry delays must be above 0 and the highest not below the first; they are " + firstDelay + " and "
                            + maxDelay + ".");
        }
        if (!attemptTime.isPositive()) {
            throw new IllegalArgumentException("The time of an attempt must be above 0, not " + attemptTime + ".");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("Retries need at least 1 attempt, not " + maxAttempts + ".");
        }
    }

    /** The upper bound of the wait after a number of failed attempts. */
    Duration bound(int failures) {
        Duration bound = firstDelay;
        for (int i = 1; i < failures && bound.compareTo(maxDelay) < 0; i++) {
            bound = bound.multipliedBy(2);
        }
        return bound.compareTo(maxDelay) < 0 ? bound : maxDelay;
    }
}
