package dev.rlm.task;

import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import dev.rlm.budget.Budget;
import dev.rlm.context.Context;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Document;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Role;
import dev.rlm.engine.Routing;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.sql.JournalSchema;
import dev.rlm.journal.sql.JournalSchema.Dialect;
import dev.rlm.journal.sql.SqliteJournalStore;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelId;
import dev.rlm.model.Price;
import dev.rlm.sandbox.CellObservations;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.ContextPart;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.PromptParts;
import dev.rlm.sandbox.Prompts;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A replica in the test's own process, on a SQLite file that it may share with others; its code cells are one-liners. */
final class TestReplica implements AutoCloseable {

    static final Context CONTEXT = new Context(
            "ctx_a",
            Context.LOCAL,
            "a",
            Instant.EPOCH,
            List.of(new Document("a.txt", "00", 1_000, 1_000, 7)),
            1_000,
            250,
            "It begins",
            List.of());

    /** The caller that has no context; all others have one with the id of {@link #CONTEXT}. */
    static final String OWNS_NOTHING = "nobody";

    private static final AtomicInteger IDS = new AtomicInteger();

    final JournalStore store;

    /** The REPLs that were opened, in order. */
    final List<Opened> opened = new CopyOnWriteArrayList<>();

    final DurableTasks service;

    /** The tasks of one caller. */
    final CallerTasks tasks;

    /** How a REPL was opened. */
    record Opened(long seed, List<PastCell> past) {}

    /** How the replicas of a test are set. */
    record Settings(int running, int runningOnAll, int queued, Quotas quotas, Duration grace) {
        static final Settings DEFAULTS = new Settings(2, 100, 1_000, new Quotas(100, 1_000, null), Duration.ZERO);
    }

    TestReplica(Path file, String name, Settings settings, Clock clock, LanguageModel root, LanguageModel sub) {
        write(file.resolveSibling(CONTEXT.documents().getFirst().name()));
        DataSource database = database(file);
        JournalSchema.migrate(database, Dialect.SQLITE);
        store = new SqliteJournalStore(database);
        TaskSettings taskSettings = new TaskSettings(
                name,
                settings.running(),
                settings.runningOnAll(),
                settings.queued(),
                settings.quotas(),
                Duration.ofMillis(500),
                settings.grace(),
                root.id(),
                sub.id(),
                new Budget(30, 50, null, Duration.ofMinutes(10)),
                EngineSettings.DEFAULTS,
                Routing.DEFAULT);
        service = new DurableTasks(
                taskSettings,
                store,
                (queueSettings, runner) -> new TaskQueue(
                        database, new SqliteJdbcCustomization(), queueSettings, Clock.systemUTC(), runner),
                Replicas.UNKNOWN,
                owner -> new OneContext(
                        owner,
                        file.resolveSibling(CONTEXT.documents().getFirst().name())),
                id -> role(id.equals(root.id()) ? root : sub, id),
                (documents, seed, past, functions) -> {
                    opened.add(new Opened(seed, past));
                    return new LineRepl();
                },
                ForeignFunctions.NONE,
                clock,
                () -> "task_" + IDS.incrementAndGet(),
                Optional.empty());
        tasks = of("ann");
    }

    /** The tasks of a caller. */
    CallerTasks of(String caller) {
        return service.of(caller);
    }

    private static void write(Path document) {
        try {
            Files.writeString(document, "It begins. The port is 4711.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The database in a file, which may not be there yet. */
    static DataSource database(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(10_000);
        SQLiteDataSource database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + file);
        return database;
    }

    private static Role role(LanguageModel model, ModelId id) {
        Price price = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);
        return new Role(model, new ModelDescription(id, null, null, price, java.util.Set.of()));
    }

    @Override
    public void close() {
        service.close();
    }

    /**
     * Cells: {@code ask PROMPT, PROMPT} asks sub-models; {@code lose PROMPT, PROMPT} does so too, but loses the sandbox when
     * it is interrupted; {@code cite} cites the port; {@code end TEXT} hands over a final value.
     */
    private static final class LineRepl implements Repl {
        @Override
        public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
                throws InterruptedException, SandboxException {
            String[] line = cell.code().strip().split(" ", 2);
            if (line[0].equals("end")) {
                return new CellResult(
                        Status.OK, "", 0, null, new FinalValue(line[1], "\"" + line[1] + "\""), Duration.ZERO);
            }
            if (line[0].equals("cite")) {
                calls.observed(new CellObservations(List.of(), List.of(), List.of(PORT)));
                return new CellResult(Status.OK, "cited", 5, null, null, Duration.ZERO);
            }
            String replies = replies(calls, line);
            return new CellResult(Status.OK, replies, replies.length(), null, null, Duration.ZERO);
        }

        private static final CellObservations.Citation PORT =
                new CellObservations.Citation("a.txt", 1, 1, "The port is 4711.", false);

        /** What every prompt is said to hold. */
        private static final PromptParts READ = new PromptParts(List.of(new ContextPart(0, 100, 0, 350)), true);

        private static String replies(HostCalls calls, String[] line) throws InterruptedException, SandboxException {
            try {
                List<String> prompts = List.of(line[1].split(", "));
                return calls
                        .query(Prompts.of(prompts)
                                .locatedAt(prompts.stream().map(_ -> READ).toList()))
                        .stream()
                        .map(outcome -> outcome instanceof Outcome.Reply(String text) ? text : outcome.toString())
                        .toList()
                        .toString();
            } catch (InterruptedException e) {
                if (line[0].equals("lose")) {
                    throw new SandboxException("The sandboxes are closed.");
                }
                throw e;
            }
        }

        @Override
        public List<Variable> variables() {
            return List.of();
        }

        @Override
        public FinalValue value(String variable) {
            return new FinalValue("{}", "{\"content\": \"\", \"ready\": false}");
        }

        @Override
        public Repl child(ChildContext context, long seed, List<PastCell> past) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private record OneContext(String owner, Path file) implements ContextStore {
        @Override
        public Optional<Context> find(String id) {
            return list().stream().filter(context -> context.id().equals(id)).findFirst();
        }

        @Override
        public List<Context> list() {
            if (owner.equals(OWNS_NOTHING)) {
                return List.of();
            }
            return List.of(new Context(
                    CONTEXT.id(),
                    owner,
                    CONTEXT.name(),
                    CONTEXT.created(),
                    CONTEXT.documents(),
                    CONTEXT.characters(),
                    CONTEXT.tokens(),
                    CONTEXT.preview(),
                    CONTEXT.skipped()));
        }

        @Override
        public boolean delete(String id) {
            return false;
        }

        @Override
        public Path content(Context context, Document document) {
            return file;
        }
    }
}
