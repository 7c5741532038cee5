package dev.rlm.task;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one caller may use.
 *
 * @param running how many of its tasks run at a time, at least 1; the others wait
 * @param queued how many of its tasks may wait, at least 0
 * @param usdPerDay what the calls of the tasks that it submits within 24 hours may cost, in US dollars, or null for no
 *     limit; a task that runs may exceed it by its own cost limit
 */
public record Quotas(int running, int queued, @Nullable BigDecimal usdPerDay) {

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public Quotas {
        if (running < 1 || queued < 0) {
            throw new IllegalArgumentException("At least 1 running and 0 queued tasks must be allowed for a caller.");
        }
        if (usdPerDay != null && usdPerDay.signum() <= 0) {
            throw new IllegalArgumentException(
                    "The cost limit of a day must be above 0 USD, not " + usdPerDay + "; leave it out for no limit.");
        }
    }
}
