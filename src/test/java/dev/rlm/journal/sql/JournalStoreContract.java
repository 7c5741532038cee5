package dev.rlm.journal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.journal.Events;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Created;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.LeaseLostException;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.journal.UnreadableEventException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every journal store promises. The stores may hold tasks of other tests. */
abstract class JournalStoreContract {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000001Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final String LONG = "The same long text. ".repeat(200);

    abstract DataSource dataSource();

    abstract JournalSchema.Dialect dialect();

    abstract JournalStore store();

    /** Ids of this test's tasks start with its name, so that tests may share a database. */
    private static String id(String name) {
        StackWalker.StackFrame test = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getMethodName().startsWith("lambda")
                                && !List.of("id", "create", "taken").contains(frame.getMethodName()))
                        .findFirst())
                .orElseThrow();
        return test.getMethodName() + "-" + name;
    }

    private String create(String name) {
        return create(name, "ann", 0, NOW);
    }

    private String create(String name, String caller, long rank, Instant time) {
        String id = id(name);
        assertThat(store().create(new NewTask(id, caller, null, rank, time, Events.SUBMITTED), DAY))
                .isEqualTo(new Created(id, true));
        return id;
    }

    private long taken(String id) {
        return store().take(id, "replica-1").orElseThrow();
    }

    static NewEntry entry(@Nullable String key, TaskEvent event) {
        return new NewEntry(NOW, key, event, List.of());
    }

    private long count(String query) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void whatWasAppendedIsReadInItsOrder() {
        String id = create("a");
        long lease = taken(id);
        store().append(id, lease, 1, List.of(entry("turn/1", new TurnStarted(1, LONG)), entry(null, new Resumed("b"))));
        store().append(id, lease, 2, List.of(entry("turn/2", new TurnStarted(2, "\u0000 ' \ud800"))));
        List<Entry> entries = store().read(id, 0, 10);
        assertThat(entries)
                .containsExactly(
                        new Entry(1, NOW, null, Events.SUBMITTED),
                        new Entry(2, NOW, "turn/1", new TurnStarted(1, LONG)),
                        new Entry(3, NOW, null, new Resumed("b")),
                        new Entry(4, NOW, "turn/2", new TurnStarted(2, "\u0000 ' \ud800")));
        assertThat(store().read(id, 1, 2)).isEqualTo(entries.subList(1, 3));
        assertThat(store().read(id, 4, 2)).isEmpty();
        assertThat(store().step(id, "turn/1")).contains(entries.get(1));
        assertThat(store().step(id, "turn/3")).isEmpty();
        assertThat(store().keys(id)).containsExactlyInAnyOrder("turn/1", "turn/2");
        assertThat(store().entries(id)).isEqualTo(4);
        assertThat(store().entries("no such task")).isZero();
    }

    @Test
    void aRunnerThatWasReplacedCannotWrite() {
        String id = create("a");
        long late = taken(id);
        store().append(id, late, 1, List.of(entry("turn/1", new TurnStarted(1, ""))));
        long lease = store().take(id, "replica-2").orElseThrow();
        assertThat(lease).isGreaterThan(late);
        assertThatThrownBy(() -> store().append(id, late, 2, List.of(entry("turn/2", new TurnStarted(2, "late")))))
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining(id);
        store().append(id, lease, 1, List.of(entry("turn/2", new TurnStarted(2, "new"))));
        assertThat(store().read(id, 0, 10)).hasSize(3);
        assertThat(store().step(id, "turn/2").orElseThrow().event()).isEqualTo(new TurnStarted(2, "new"));
        store().release(id, late);
        assertThat(store().find(id).orElseThrow().owner()).isEqualTo("replica-2");
        store().release(id, lease);
        assertThat(store().find(id).orElseThrow().owner()).isNull();
    }

    @Test
    void anAppendThatIsRepeatedIsDoneOnce() {
        String id = create("a");
        long lease = taken(id);
        List<NewEntry> entries = List.of(entry(null, new Resumed("a")), entry("turn/1", new TurnStarted(1, "")));
        store().append(id, lease, 1, entries);
        store().append(id, lease, 1, entries);
        assertThat(store().entries(id)).isEqualTo(3);
        assertThat(store().read(id, 0, 10)).hasSize(3);
        assertThatThrownBy(() -> store().append(id, lease, 3, entries))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("two writers have the same lease");
    }

    @Test
    void anAppendIsDoneAsAWholeOrNotAtAll() {
        String id = create("a");
        long lease = taken(id);
        assertThatThrownBy(() -> store().append(
                                id,
                                lease,
                                1,
                                List.of(
                                        entry("turn/1", new TurnStarted(1, "a")),
                                        entry("turn/1", new TurnStarted(1, "b")))))
                .isInstanceOf(JournalException.class);
        assertThat(store().read(id, 0, 10)).hasSize(1);
        assertThat(store().entries(id)).isEqualTo(1);
        store().append(id, lease, 1, List.of(entry("turn/1", new TurnStarted(1, "a"))));
        assertThat(store().entries(id)).isEqualTo(2);
    }

    @Test
    void stateAndEndFollowTheEvents() {
        String id = create("a");
        assertThat(store().find(id)).hasValueSatisfying(task -> {
            assertThat(task).isEqualTo(new StoredTask(id, "ann", null, NOW, "queued", 0, 0, null, null, 1));
        });
        long lease = taken(id);
        store().append(id, lease, 1, List.of(entry("started", new Started(NOW, 1))));
        assertThat(store().find(id).orElseThrow().state()).isEqualTo("running");
        Instant end = NOW.plusSeconds(5);
        NewEntry finished = new NewEntry(end, "finished", new Finished("partial", "1", "1", "x", "y"), List.of());
        store().append(id, lease, 2, List.of(finished));
        assertThat(store().find(id)).hasValueSatisfying(task -> {
            assertThat(task.state()).isEqualTo("partial");
            assertThat(task.ended()).isEqualTo(end);
        });
        assertThat(store().take(id, "replica-2")).as("a task that has ended").isEmpty();
        assertThat(store().take("no such task", "replica-2")).isEmpty();
    }

    @Test
    void othersThanTheRunnerMayNoteSomethingOnceAndBeforeTheEnd() {
        String id = create("a");
        long lease = taken(id);
        assertThat(store().note(id, entry("cancel", new CancelRequested()))).isTrue();
        assertThat(store().note(id, entry("cancel", new CancelRequested()))).isFalse();
        store().append(id, lease, 1, List.of(entry(null, new Finished("cancelled", null, null, null, "x"))));
        assertThat(store().note(id, entry("other", new CancelRequested()))).isFalse();
        assertThat(store().note("no such task", entry("cancel", new CancelRequested())))
                .isFalse();
        assertThat(store().read(id, 0, 10)).extracting(Entry::number).containsExactly(1L, 2L, 3L);
        assertThat(store().entries(id)).isEqualTo(3);
    }

    @Test
    void aTaskIsCreatedOnceForAKeyWithinItsAge() {
        String key = id("key");
        NewTask first = new NewTask(id("1"), "ann", key, 5, NOW, Events.SUBMITTED);
        assertThat(store().create(first, DAY)).isEqualTo(new Created(first.id(), true));
        NewTask soon = new NewTask(id("2"), "ann", key, 5, NOW.plus(DAY), Events.SUBMITTED);
        assertThat(store().create(soon, DAY)).isEqualTo(new Created(first.id(), false));
        assertThat(store().find(soon.id())).isEmpty();
        assertThat(store().read(soon.id(), 0, 10)).isEmpty();
        NewTask other = new NewTask(id("3"), "bob", key, 5, NOW, Events.SUBMITTED);
        assertThat(store().create(other, DAY).isNew()).isTrue();
        NewTask later = new NewTask(id("4"), "ann", key, 5, NOW.plus(DAY).plusSeconds(1), Events.SUBMITTED);
        assertThat(store().create(later, DAY)).isEqualTo(new Created(later.id(), true));
        assertThat(store().find(first.id()).orElseThrow().clientKey()).isNull();
        assertThat(store().find(later.id()).orElseThrow().clientKey()).isEqualTo(key);
    }

    @Test
    void ofRequestsWithTheSameKeyAtTheSameTimeOneCreatesTheTask() throws Exception {
        String key = id("key");
        List<Created> created = together(IntStream.range(0, 8)
                .<Callable<Created>>mapToObj(
                        i -> () -> store().create(new NewTask(key + i, "ann", key, 0, NOW, Events.SUBMITTED), DAY))
                .toList());
        assertThat(created).filteredOn(Created::isNew).hasSize(1);
        assertThat(created)
                .extracting(Created::id)
                .containsOnly(created.getFirst().id());
    }

    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void thoseWhoWriteAtTheSameTimeLeaveNoGaps() throws Exception {
        String id = create("a");
        long lease = taken(id);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i % 10;
            writers.add(() -> store().note(id, entry("note/" + number, new TurnStarted(number, LONG + number))));
        }
        writers.add(() -> {
            for (int batch = 1; batch <= 10; batch++) {
                store().append(
                                id,
                                lease,
                                batch,
                                List.of(entry("turn/" + batch, new TurnStarted(batch, LONG + batch % 3))));
            }
            return true;
        });
        assertThat(together(writers)).filteredOn(done -> done).hasSize(11);
        assertThat(store().read(id, 0, 100))
                .extracting(Entry::number)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 21).boxed().toList());
        assertThat(store().entries(id)).isEqualTo(21);
    }

    @Test
    void longTextsAreKeptOnceAndGoWithTheLastTaskThatRefersToThem() throws Exception {
        String shared = LONG + id("shared");
        String own = LONG + id("own");
        String prompt = LONG + id("prompt");
        String one = create("1");
        String two = create("2");
        store().append(
                        one,
                        taken(one),
                        1,
                        List.of(
                                entry(null, new CellStarted(1, 1, shared)),
                                entry(null, new CellStarted(1, 2, own)),
                                new NewEntry(NOW, null, new TurnStarted(1, shared), List.of(Payload.of(prompt)))));
        store().append(two, taken(two), 1, List.of(entry(null, new CellStarted(1, 1, shared))));
        String counting = "SELECT COUNT(*) FROM payload WHERE sha256 IN ('" + Payload.sha256(shared) + "', '"
                + Payload.sha256(own) + "', '" + Payload.sha256(prompt) + "')";
        assertThat(count(counting)).isEqualTo(3);
        assertThat(store().text(one, Payload.sha256(prompt))).contains(prompt);
        assertThat(store().text(two, Payload.sha256(prompt)))
                .as("of another task")
                .isEmpty();

        assertThat(store().delete(one)).isTrue();
        assertThat(store().delete(one)).isFalse();
        assertThat(count(counting)).isEqualTo(1);
        assertThat(store().find(one)).isEmpty();
        assertThat(store().read(one, 0, 10)).isEmpty();
        assertThat(store().read(two, 1, 10)).extracting(Entry::event).containsExactly(new CellStarted(1, 1, shared));
        assertThat(store().delete(two)).isTrue();
        assertThat(count(counting)).isZero();
    }

    @Test
    void aTextThatIsDeletedAndRecordedInTheSameMomentIsNotLost() throws Exception {
        String shared = LONG + id("shared");
        for (int round = 0; round < 10; round++) {
            String going = create("going" + round);
            String coming = create("coming" + round);
            store().append(going, taken(going), 1, List.of(entry(null, new CellStarted(1, 1, shared))));
            long lease = taken(coming);
            together(List.<Callable<Boolean>>of(() -> store().delete(going), () -> {
                store().append(coming, lease, 1, List.of(entry(null, new CellStarted(1, 1, shared))));
                return true;
            }));
            assertThat(store().read(coming, 1, 10))
                    .extracting(Entry::event)
                    .containsExactly(new CellStarted(1, 1, shared));
            assertThat(store().delete(coming)).isTrue();
        }
    }

    @Test
    void whoRunsATaskThatIsDeletedHasLostIt() {
        String id = create("a");
        long lease = taken(id);
        store().delete(id);
        assertThatThrownBy(() -> store().append(id, lease, 1, List.of(entry(null, new Resumed("a")))))
                .isInstanceOf(LeaseLostException.class);
    }

    @Test
    void tasksWaitUntilSomebodyBeginsToRunThemOrTheyEnd() {
        String caller = id("caller");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(create("" + i, caller, i, NOW));
        }
        assertThat(store().waiting(caller)).isEqualTo(3);
        assertThat(store().waiting(null)).isGreaterThanOrEqualTo(3);
        store().append(ids.get(0), taken(ids.get(0)), 1, List.of(entry("started", new Started(NOW, 1))));
        assertThat(store().waiting(caller)).isEqualTo(2);
        Finished cancelled = new Finished("cancelled", null, null, null, "reason");
        store().append(ids.get(1), taken(ids.get(1)), 1, List.of(entry("finished", cancelled)));
        assertThat(store().waiting(caller)).isEqualTo(1);
        assertThat(store().counts(caller)).isEqualTo(new JournalStore.Counts(1, 1, 1));
    }

    @Test
    void tasksAreListedNewestFirstPageByPage() {
        String caller = id("caller");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            // Some at the same time: then the id decides.
            Instant time = NOW.plusSeconds(i / 2);
            ids.add(create("" + i, caller, i, time));
            create("x" + i, "somebody else", i, time);
        }
        List<String> listed = new ArrayList<>();
        JournalStore.Position after = null;
        for (List<StoredTask> page = store().page(caller, after, 3);
                !page.isEmpty();
                page = store().page(caller, after, 3)) {
            page.forEach(task -> listed.add(task.id()));
            after = page.getLast().position();
        }
        assertThat(listed).isEqualTo(ids.reversed());
        assertThat(store().page(null, null, JournalStore.MOST))
                .extracting(StoredTask::id)
                .containsAll(ids)
                .contains(id("x0"));
    }

    @Test
    void anEventOfALaterVersionIsRefusedWithWhatToDo() throws Exception {
        String id = create("a");
        execute("UPDATE event SET version = 7 WHERE task_id = '" + id + "'");
        assertThatThrownBy(() -> store().read(id, 0, 10))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessageContaining("'submitted' in version 7")
                .hasMessageEndingWith("Upgrade rlm.");
    }

    @Test
    void tablesOfALaterVersionAreRefusedWithWhatToDo() throws Exception {
        JournalSchema.migrate(dataSource(), dialect());
        execute("UPDATE rlm_schema_history SET version = '99' WHERE version = '1'");
        try {
            assertThatThrownBy(() -> JournalSchema.migrate(dataSource(), dialect()))
                    .isInstanceOf(JournalException.class)
                    .hasMessageStartingWith("The store has version 99 of its tables")
                    .hasMessageEndingWith("Upgrade rlm, or choose another store.");
        } finally {
            execute("UPDATE rlm_schema_history SET version = '1' WHERE version = '99'");
        }
        JournalSchema.migrate(dataSource(), dialect());
    }
}
