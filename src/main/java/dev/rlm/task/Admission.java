package dev.rlm.task;

import dev.rlm.journal.JournalStore;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;

/**
 * Decides whether another task of a caller may wait. Tasks that come at the same moment do not see each other, so a limit
 * may be exceeded by as many as come at once. Thread-safe.
 */
final class Admission {
    private static final Duration DAY = Duration.ofDays(1);

    private final TaskSettings settings;
    private final JournalStore store;
    private final Clock clock;

    Admission(TaskSettings settings, JournalStore store, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.clock = clock;
    }

    /** @throws TaskException with a sentence that says which limit is reached, if the task may not wait */
    void require(String caller) throws TaskException {
        long waiting = store.waiting(null);
        if (waiting >= settings.queued()) {
            throw new TaskException("The queue is full: " + waiting + " tasks are waiting. Try again later.");
        }
        Quotas quotas = settings.quotas();
        long own = store.waiting(caller);
        if (own >= quotas.queued()) {
            throw new TaskException(
                    "You have " + own + " tasks waiting, which is as many as allowed. Wait for some of them.");
        }
        BigDecimal usd = quotas.usdPerDay();
        if (usd != null && store.cost(caller, clock.instant().minus(DAY)).compareTo(usd) >= 0) {
            throw new TaskException("Your tasks of the last 24 hours have cost " + usd.toPlainString()
                    + " USD, which is as much as allowed. Ask again later.");
        }
    }
}
