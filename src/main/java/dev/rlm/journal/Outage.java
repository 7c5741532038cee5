package dev.rlm.journal;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits while a journal's store is not available. */
final class Outage {

    private static final System.Logger LOG = System.getLogger(Outage.class.getName());

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private Outage() {}

    /**
     * What an access to the store returns, which is tried again as long as the store is not available, however long that is.
     *
     * @throws JournalException if it fails for another reason, or this thread is interrupted
     */
    static <T> T sitOut(Supplier<T> access) {
        Duration pause = FIRST_PAUSE;
        boolean away = false;
        while (true) {
            try {
                T result = access.get();
                if (away) {
                    LOG.log(System.Logger.Level.WARNING, "A task's journal is available again.");
                }
                return result;
            } catch (StoreUnavailableException e) {
                if (!away) {
                    LOG.log(System.Logger.Level.WARNING, "A task waits for its journal: " + e.getMessage());
                }
                away = true;
                sleep(pause, e);
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static void sleep(Duration pause, StoreUnavailableException reason) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw new JournalException("The run was stopped while its journal was not available.", reason);
        }
    }
}
