package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.StoredJournal;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TestStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCacheTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private JournalStore store;
    private int asked;
    private StatusCache statuses;

    @BeforeEach
    void open() {
        store = TestStore.withTask(folder, clock);
        JournalStore counted = (JournalStore) Proxy.newProxyInstance(
                JournalStore.class.getClassLoader(), new Class<?>[] {JournalStore.class}, (_, method, arguments) -> {
                    asked++;
                    return method.invoke(store, arguments);
                });
        statuses = new StatusCache(counted, _ -> Optional.empty());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theStoreIsAskedAboutATaskUntilItHasEnded() {
        StoredJournal journal =
                StoredJournal.writing(store, "t", store.take("t", "a").orElseThrow(), clock);
        journal.record(new Started(clock.instant(), 7));
        assertThat(statuses.status("t", "ann").orElseThrow().state()).isEqualTo(TaskState.RUNNING);
        int before = asked;
        assertThat(statuses.status("t", "ann")).isPresent();
        assertThat(asked).isGreaterThan(before);

        journal.record(new Finished("answered", "7", "7", "Handed over by the code in the REPL.", null));
        TaskStatus ended = statuses.status("t", "ann").orElseThrow();
        assertThat(ended.state()).isEqualTo(TaskState.ANSWERED);
        int after = asked;
        assertThat(statuses.status("t", "ann")).contains(ended);
        assertThat(asked).isEqualTo(after);
        assertThat(statuses.status("t", "eve")).as("another caller").isEmpty();
    }

    @Test
    void aTaskThatWasForgottenIsLookedUpAgain() {
        assertThat(statuses.status("t", "ann")).isPresent();
        assertThat(store.delete("t")).isTrue();
        statuses.forget("t");
        assertThat(statuses.status("t", "ann")).isEmpty();
    }
}
