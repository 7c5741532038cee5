package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.journal.JournalStore;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TaskWatchTest {

    @Test
    void closingWaitsForALookUnderWaySoThatTheStoreCanBeClosedAfterIt() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        JournalStore store = (JournalStore) Proxy.newProxyInstance(
                JournalStore.class.getClassLoader(), new Class<?>[] {JournalStore.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("step");
                    looking.countDown();
                    released.await();
                    return Optional.empty();
                });
        Runs runs = new Runs();
        Runs.Run run = runs.begin("task_a").orElseThrow();
        TaskWatch watch = new TaskWatch(store, runs, noQueue(), Replicas.UNKNOWN, Clock.systemUTC());
        watch.start();
        assertThat(looking.await(1, TimeUnit.MINUTES)).isTrue();

        Thread closing = Thread.ofVirtual().start(watch::close);
        boolean closedDuringTheLook = closing.join(Duration.ofMillis(200));
        released.countDown();

        assertThat(closing.join(Duration.ofMinutes(1))).isTrue();
        assertThat(closedDuringTheLook).isFalse();
        assertThat(run.stop()).isEmpty();
    }

    @Test
    void aWatchThatNeverBeganCanBeClosed() {
        JournalStore store = (JournalStore) Proxy.newProxyInstance(
                JournalStore.class.getClassLoader(), new Class<?>[] {JournalStore.class}, (_, method, _) -> {
                    throw new AssertionError(method);
                });

        new TaskWatch(store, new Runs(), noQueue(), Replicas.UNKNOWN, Clock.systemUTC()).close();
    }

    /** Lost tasks are looked for only after ten seconds. */
    @SuppressWarnings("NullAway")
    private static TaskQueue noQueue() {
        return null;
    }
}
