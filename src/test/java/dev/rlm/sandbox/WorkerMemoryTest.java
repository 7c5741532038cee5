package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.sandbox.WorkerMemory.Lease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerMemoryTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final WorkerMemory memory = new WorkerMemory(100, () -> false);

    @Test
    void whoDoesNotFitWaitsUntilThereIsRoom() throws Exception {
        Lease first = memory.take(70);
        CompletableFuture<Lease> second = take(memory, 40);
        await().atMost(LONG).until(() -> memory.waiting() == 1);
        assertThat(second).isNotDone();
        first.release();
        first.release();
        second.join();
        assertThat(memory.takeIfFree(61)).isEmpty();
        assertThat(memory.takeIfFree(60)).isPresent();
    }

    @Test
    void whoCameFirstIsServedFirstEvenIfALaterOneWouldFit() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        Lease first = memory.take(60);
        CompletableFuture<Lease> large = take(memory, 90);
        CompletableFuture<Void> largeSeen = large.thenRun(() -> order.add("large"));
        await().atMost(LONG).until(() -> memory.waiting() == 1);
        CompletableFuture<Lease> small = take(memory, 30);
        CompletableFuture<Void> smallSeen = small.thenRun(() -> order.add("small"));
        await().atMost(LONG).until(() -> memory.waiting() == 2);
        assertThat(memory.takeIfFree(1)).isEmpty();
        first.release();
        largeSeen.join();
        large.join().release();
        smallSeen.join();
        assertThat(order).containsExactly("large", "small");
    }

    @Test
    void whatIsKeptInStoreIsGivenUpForATask() throws Exception {
        AtomicReference<Lease> store = new AtomicReference<>();
        WorkerMemory reclaiming = new WorkerMemory(100, () -> {
            Lease lease = store.getAndSet(null);
            if (lease != null) {
                lease.release();
            }
            return lease != null;
        });
        store.set(reclaiming.takeIfFree(60).orElseThrow());
        reclaiming.take(30);
        assertThat(store.get()).isNotNull();
        reclaiming.take(70);
        assertThat(store.get()).isNull();
    }

    @Test
    void whatCanNeverFitIsRefusedWithASentence() {
        WorkerMemory small = new WorkerMemory(100L << 20, () -> false);
        assertThatThrownBy(() -> small.take((100L << 20) + 1))
                .isInstanceOf(SandboxException.class)
                .hasMessage(
                        "These documents need a sandbox of 101 MiB, and all sandboxes together may have 100 MiB: ask"
                                + " about fewer documents, or raise rlm.sandbox.memory.");
    }

    @Test
    void aWaitEndsByInterruptionAndNobodyBehindIsHeldUp() throws Exception {
        Lease first = memory.take(50);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                memory.take(80);
            } catch (SandboxException | InterruptedException e) {
                end.set(e);
            }
        });
        await().atMost(LONG).until(() -> memory.waiting() == 1);
        CompletableFuture<Lease> behind = take(memory, 50);
        await().atMost(LONG).until(() -> memory.waiting() == 2);
        waiting.interrupt();
        behind.join();
        waiting.join();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        first.release();
    }

    @Test
    void closingEndsAllWaits() throws Exception {
        memory.take(100);
        CompletableFuture<Lease> waiting = take(memory, 1);
        await().atMost(LONG).until(() -> memory.waiting() == 1);
        memory.close();
        assertThatThrownBy(waiting::join).hasMessageContaining("shutting down");
        assertThatThrownBy(() -> memory.take(1)).isInstanceOf(SandboxException.class);
        assertThat(memory.takeIfFree(0)).isEmpty();
    }

    @Test
    void theServersNeedIsLeftOutAndOneWorkerAlwaysFits() {
        long gib = 1L << 30;
        assertThat(new HostMemory(16 * gib, 4 * gib).forWorkers(gib))
                .isEqualTo(16 * gib / 10 * 9 - 4 * gib - (256L << 20));
        assertThat(new HostMemory(2 * gib, gib).forWorkers(3 * gib / 2)).isEqualTo(3 * gib / 2);
        assertThat(HostMemory.ofThisMachine().totalBytes())
                .isGreaterThan(Runtime.getRuntime().maxMemory() / 2);
    }

    private static CompletableFuture<Lease> take(WorkerMemory memory, long bytes) {
        CompletableFuture<Lease> taken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                taken.complete(memory.take(bytes));
            } catch (SandboxException | InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        return taken;
    }
}
