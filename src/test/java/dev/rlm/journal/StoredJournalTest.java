package dev.rlm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.TurnStarted;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredJournalTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private JournalStore store;

    @BeforeEach
    void open() {
        store = TestStore.withTask(folder, clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoredJournal taken() {
        return taken(store);
    }

    private StoredJournal taken(JournalStore from) {
        return StoredJournal.writing(from, "t", store.take("t", "a").orElseThrow(), clock);
    }

    private interface Append {
        void write(Runnable real, List<NewEntry> entries);
    }

    /** The store with another way of appending. */
    private JournalStore appending(Append append) {
        return changed((method, arguments) -> {
            if (!method.getName().equals("append")) {
                return real(method, arguments);
            }
            append.write(
                    () -> store.append(
                            (String) arguments[0], (long) arguments[1], (long) arguments[2], entries(arguments)),
                    entries(arguments));
            return null;
        });
    }

    /** The store, which is not available for the first calls of this method. */
    private JournalStore away(String name, int calls) {
        AtomicInteger left = new AtomicInteger(calls);
        return changed((method, arguments) -> {
            if (method.getName().equals(name) && left.getAndDecrement() > 0) {
                throw new StoreUnavailableException("Away.", null);
            }
            return real(method, arguments);
        });
    }

    private interface Change {
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private JournalStore changed(Change change) {
        return (JournalStore) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {JournalStore.class},
                (_, method, arguments) -> change.call(method, arguments));
    }

    private Object real(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<NewEntry> entries(Object[] arguments) {
        return (List<NewEntry>) arguments[3];
    }

    private static TurnStarted turn(Journal journal, int turn) throws InterruptedException {
        return journal.<TurnStarted, RuntimeException>step(
                "turn/" + turn, TurnStarted.class, () -> new TurnStarted(turn, "briefing " + turn));
    }

    private static <T> List<Future<T>> together(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(calls);
        }
    }

    @Test
    void whatAnotherProcessHasRecordedIsNotDoneAgain() throws Exception {
        turn(taken(), 1);
        StoredJournal next = taken();
        TurnStarted known = next.<TurnStarted, RuntimeException>step("turn/1", TurnStarted.class, () -> {
            throw new AssertionError("It was done again.");
        });
        assertThat(known).isEqualTo(new TurnStarted(1, "briefing 1"));
        assertThat(next.recorded("turn/1", TurnStarted.class)).contains(known);
        assertThat(next.recorded("turn/2", TurnStarted.class)).isEmpty();
        assertThatThrownBy(() -> next.recorded("turn/1", Started.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("turn/1 is recorded as TurnStarted");
    }

    @Test
    void ofThreadsAtTheSameStepOneDoesIt() throws Exception {
        StoredJournal journal = taken();
        AtomicInteger done = new AtomicInteger();
        List<Future<TurnStarted>> results = together(Collections.nCopies(20, () -> {
            return journal.<TurnStarted, InterruptedException>step("x", TurnStarted.class, () -> {
                Thread.sleep(5);
                return new TurnStarted(done.incrementAndGet(), "");
            });
        }));
        assertThat(results).allSatisfy(result -> assertThat(result.get()).isEqualTo(new TurnStarted(1, "")));
        assertThat(done).hasValue(1);
        assertThat(store.entries("t")).isEqualTo(2);
    }

    @Test
    void aStepThatFailedIsDoneByTheNextThread() throws Exception {
        StoredJournal journal = taken();
        AtomicInteger tried = new AtomicInteger();
        List<Future<TurnStarted>> results = together(Collections.nCopies(5, () -> {
            return journal.<TurnStarted, Exception>step("x", TurnStarted.class, () -> {
                if (tried.incrementAndGet() < 3) {
                    throw new Exception("no");
                }
                return new TurnStarted(1, "");
            });
        }));
        assertThat(results)
                .filteredOn(result -> result.state() == Future.State.FAILED)
                .hasSize(2);
        assertThat(tried).hasValue(3);
    }

    @Test
    void stepsThatComeDuringAWriteAreWrittenTogether() throws Exception {
        CountDownLatch allDone = new CountDownLatch(50);
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        StoredJournal journal = taken(appending((real, entries) -> {
            sizes.add(entries.size());
            try {
                // The first write lasts until all effects have run.
                assertThat(allDone.await(30, TimeUnit.SECONDS)).isTrue();
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            real.run();
        }));
        List<Future<TurnStarted>> results = together(IntStream.range(0, 50)
                .<Callable<TurnStarted>>mapToObj(i ->
                        () -> journal.<TurnStarted, RuntimeException>step("turn/" + i, TurnStarted.class, () -> {
                            allDone.countDown();
                            return new TurnStarted(i, "");
                        }))
                .toList());
        assertThat(results).allMatch(result -> result.state() == Future.State.SUCCESS);
        assertThat(sizes).hasSizeLessThan(10);
        assertThat(store.entries("t")).isEqualTo(51);
    }

    @Test
    void aWriteThatFailsForGoodFailsItsStepsAndAllThatFollow() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        StoredJournal journal = taken(appending((real, entries) -> {
            writes.incrementAndGet();
            throw new JournalException("The store is damaged.");
        }));
        List<Future<TurnStarted>> results = together(IntStream.range(0, 10)
                .<Callable<TurnStarted>>mapToObj(i -> () -> turn(journal, i))
                .toList());
        assertThat(results)
                .allSatisfy(result -> assertThatThrownBy(result::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(JournalException.class)
                        .hasMessageContaining("The store is damaged."));
        int before = writes.get();
        assertThatThrownBy(() -> journal.record(new Resumed("a"))).hasMessage("The store is damaged.");
        assertThat(writes).as("nothing more is tried").hasValue(before);
        assertThat(store.entries("t")).isEqualTo(1);
    }

    @Test
    void aStoreThatIsAwayForAWhileIsWaitedFor() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        StoredJournal journal = taken(appending((real, entries) -> {
            if (writes.incrementAndGet() <= 3) {
                throw new StoreUnavailableException("Away.", null);
            }
            real.run();
        }));
        assertThat(turn(journal, 1)).isEqualTo(new TurnStarted(1, "briefing 1"));
        assertThat(writes).hasValue(4);
    }

    @Test
    void aRunWaitsForWhatItReadsAndOthersAreToldAtOnce() throws Exception {
        turn(taken(), 1);
        Journal run = taken(away("step", 2));
        assertThat(run.recorded("turn/1", TurnStarted.class)).isPresent();
        Journal reader = StoredJournal.reading(away("step", 1), "t");
        assertThatThrownBy(() -> reader.recorded("turn/1", TurnStarted.class))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void aRunThatIsStoppedWaitsNoLonger() throws Exception {
        turn(taken(), 1);
        Journal run = taken(away("step", Integer.MAX_VALUE));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run.recorded("turn/1", TurnStarted.class))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("was stopped");
    }

    @Test
    void aWriteWhoseSuccessGotLostIsNotDoneTwice() throws Exception {
        AtomicInteger writes = new AtomicInteger();
        StoredJournal journal = taken(appending((real, entries) -> {
            real.run();
            if (writes.incrementAndGet() == 1) {
                throw new StoreUnavailableException("The connection broke after the commit.", null);
            }
        }));
        journal.record(new Resumed("a"));
        journal.record(new Resumed("b"));
        assertThat(journal.entriesAfter(1))
                .extracting(Journal.Entry::event)
                .containsExactly(new Resumed("a"), new Resumed("b"));
    }

    @Test
    void aRunnerThatWasReplacedIsTold() throws Exception {
        StoredJournal late = taken();
        turn(late, 1);
        StoredJournal next = taken();
        assertThatThrownBy(() -> turn(late, 2)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> late.record(new Resumed("a"))).isInstanceOf(LeaseLostException.class);
        turn(next, 2);
        assertThat(store.entries("t")).isEqualTo(3);
    }

    @Test
    void whoIsInterruptedWhileItWaitsLosesNothing() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        StoredJournal journal = taken(appending((real, entries) -> {
            writing.countDown();
            try {
                assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            real.run();
        }));
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                turn(journal, 1);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join();
        assertThat(interrupted.getCount()).isZero();
        assertThat(journal.awaitEntryAfter(1, Duration.ofSeconds(30))).isTrue();
        assertThat(turn(journal, 1)).isEqualTo(new TurnStarted(1, "briefing 1"));
        assertThat(store.entries("t")).isEqualTo(2);
    }

    @Test
    void whoWaitsHearsOfOwnAndOfOthersEntries() throws Exception {
        StoredJournal journal = taken();
        Journal reader = StoredJournal.reading(store, "t");
        assertThat(reader.awaitEntryAfter(0, Duration.ZERO)).isTrue();
        assertThat(reader.awaitEntryAfter(1, Duration.ofMillis(1))).isFalse();
        Thread.startVirtualThread(() -> journal.record(new Resumed("a")));
        assertThat(journal.awaitEntryAfter(1, Duration.ofSeconds(30))).isTrue();
        assertThat(reader.awaitEntryAfter(1, Duration.ofSeconds(30))).isTrue();
        Thread.startVirtualThread(
                () -> store.note("t", new NewEntry(clock.instant(), "cancel", new CancelRequested(), List.of())));
        assertThat(journal.awaitEntryAfter(2, Duration.ofSeconds(30))).isTrue();
        assertThat(journal.entriesAfter(2)).extracting(Journal.Entry::event).containsExactly(new CancelRequested());
        assertThatThrownBy(() -> reader.record(new Resumed("b"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aWholeTextIsKeptBesideTheEventThatRefersToIt() throws Exception {
        StoredJournal journal = taken();
        String prompt = "Read this: " + "x".repeat(100_000);
        journal.<TurnStarted, RuntimeException>step("turn/1", TurnStarted.class, () -> {
            journal.keep(prompt);
            return new TurnStarted(1, "");
        });
        assertThat(StoredJournal.reading(store, "t").text(Payload.sha256(prompt)))
                .contains(prompt);
        assertThat(journal.text("00")).isEmpty();
    }

    @Test
    void longJournalsAreReadPageByPage() {
        StoredJournal journal = taken();
        for (int i = 0; i < 450; i++) {
            journal.record(new Resumed("a"));
        }
        assertThat(journal.entriesAfter(0))
                .hasSize(451)
                .extracting(Journal.Entry::number)
                .isSorted();
        assertThat(journal.entriesAfter(451)).isEmpty();
    }
}
