package dev.rlm.task;

import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Resumed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a task waits that was resumed again and again and came no further: what it does may be what takes its servers
 * down, and with them the calls that other tasks have under way.
 */
final class RestartPause {

    /** So many times in a row a task goes on at once. */
    private static final int AT_ONCE = 3;

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** With so many the pause is the longest. */
    private static final int MOST = 16;

    private RestartPause() {}

    /** What is left of a task's pause; not positive if it may go on. */
    static Duration left(JournalStore store, String task, Instant now) {
        Optional<StoredTask> stored = store.find(task);
        if (stored.isEmpty()) {
            return Duration.ZERO;
        }
        List<Entry> last = store.read(task, Math.max(0, stored.get().entries() - MOST), MOST);
        int resumptions = 0;
        while (resumptions < last.size()
                && last.get(last.size() - 1 - resumptions).event() instanceof Resumed) {
            resumptions++;
        }
        if (resumptions < AT_ONCE) {
            return Duration.ZERO;
        }
        return Duration.between(now, last.getLast().time().plus(pauseAfter(resumptions)));
    }

    private static Duration pauseAfter(int resumptions) {
        Duration pause = FIRST.multipliedBy(1L << (resumptions - AT_ONCE));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
