import dev.rlm.budget.Budget;
import dev.rlm.context.Context;
import dev.rlm.context.ContextLimits;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextRoots;
import dev.rlm.context.LocalContextStore;
import dev.rlm.context.Source;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Role;
import dev.rlm.engine.Routing;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ModelSettings;
import dev.rlm.model.bedrock.BedrockSettings;
import dev.rlm.model.openai.OpenAiSettings;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import dev.rlm.storage.PrivateFiles;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.DurableTasks;
import dev.rlm.task.Quotas;
import dev.rlm.task.Replicas;
import dev.rlm.task.TaskQueue;
import dev.rlm.wiring.JournalDatabase;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import dev.rlm.task.TaskIds;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskSettings;
import dev.rlm.task.TaskStatus;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What running a question costs besides the models. Models are scripted, over HTTP on loopback. */
final class Bench {

    private static final Path HOME = Path.of(System.getProperty("rlm.home"));
    private static final int TURNS = 150;
    private static final int FIRST_TURNS = 30;
    private static final int CALLS = 1_000;
    private static final int PARALLEL = 64;
    private static final int CALL_MS = 200;
    private static final int ROUNDS = 5;
    private static final Duration SETTLE = Duration.ofSeconds(12);

    public static void main(String[] chosen) throws Exception {
        Set<String> parts = chosen.length == 0 ? Set.of("turns", "batch", "large", "memory") : Set.of(chosen);
        System.out.printf("%d processors, Java %s, load %.1f%n", Runtime.getRuntime().availableProcessors(),
                Runtime.version(), java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        try (Bed bed = new Bed()) {
            if (parts.contains("turns")) {
                turns(bed);
            }
            if (parts.contains("batch")) {
                batch(bed);
            }
            if (parts.contains("large")) {
                large(bed);
            }
        }
        if (parts.contains("memory")) {
            memory();
        }
    }

    /** The time of a root turn with one trivial cell, beside the bare model call in it. */
    private static void turns(Bed bed) throws Exception {
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        List<Double> models = new ArrayList<>();
        List<Double> cells = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<Entry> entries = bed.answer("turns", bed.small);
            Instant started = null;
            for (Entry entry : entries) {
                switch (entry.event()) {
                    case TaskEvent.TurnStarted it -> {
                        if (it.turn() > 2) {
                            (it.turn() <= FIRST_TURNS ? first : later).add(millis(started, entry.time()));
                        }
                        started = entry.time();
                    }
                    case TaskEvent.RootReplied it when it.turn() > 1 -> models.add(it.cost().latency().toNanos() / 1e6);
                    case TaskEvent.CellEnded it -> cells.add(it.active().toNanos() / 1e6);
                    default -> {}
                }
            }
        }
        double bare = bed.bareCall();
        System.out.printf("turns: the bare HTTP call takes %.2f ms (median)%n", bare);
        tell("the first " + FIRST_TURNS + " turns of a task", Figures.median(first), bare);
        tell("later turns", Figures.median(later), bare);
        System.out.printf("turns: of a turn %.2f ms are the model call and %.2f ms the cell (medians)%n",
                Figures.median(models), Figures.median(cells));
    }

    private static void tell(String which, double turn, double bare) {
        System.out.printf("turns: %s: %.2f ms (median), overhead %.2f ms (goal < 10 ms), ratio to the bare call %.2f%n",
                which, turn, turn - bare, turn / bare);
    }

    /** 1,000 sub-calls of 200 ms in one batch, beside the ideal. */
    private static void batch(Bed bed) throws Exception {
        double ideal = Math.ceilDiv(CALLS, PARALLEL) * CALL_MS;
        double exact = (double) CALLS * CALL_MS / PARALLEL;
        for (int round = 0; round < ROUNDS; round++) {
            List<Entry> entries = bed.answer("batch", bed.small);
            double took = millis(
                    time(entries, TaskEvent.SubCallsStarted.class), time(entries, TaskEvent.CellEnded.class));
            System.out.printf("batch, round %d: %.0f ms for %d calls of %d ms, %d in parallel; ideal %.0f ms"
                    + " (%.0f ms in whole waves): ratio %.3f (goal <= 1.15)%n",
                    round + 1, took, CALLS, CALL_MS, PARALLEL, exact, ideal, took / exact);
        }
    }

    /** From the submission of a question about 100 MB to its first cell, beside reading the file. */
    private static void large(Bed bed) throws Exception {
        Context context = bed.largeContext();
        List<Double> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Thread.sleep(15_000); // The pool warms the next worker.
            List<Entry> entries = bed.answer("first-cell", context);
            all.add(millis(time(entries, TaskEvent.Submitted.class), time(entries, TaskEvent.CellStarted.class)));
        }
        Path file = bed.store.content(context, context.documents().getFirst());
        List<Double> reads = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            if (Files.readString(file).length() < 1) {
                throw new AssertionError();
            }
            reads.add((System.nanoTime() - start) / 1e6);
        }
        System.out.printf("large: %.0f ms (median; all %s) from the question to the first cell over %d characters"
                + " (goal < 1500 ms); reading the file into a Java string takes %.0f ms: ratio %.1f%n",
                Figures.median(all), rounded(all), context.characters(), Figures.median(reads), Figures.median(all) / Figures.median(reads));
    }

    /** Resident memory of the idle server and its warm worker. */
    private static void memory() throws Exception {
        Path data = Files.createTempDirectory("rlm-bench");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar", HOME.resolve("target/quarkus-app/quarkus-run.jar").toString(), "serve", "--port", "0");
        builder.environment().put("RLM_CONTEXT_FOLDER", data.toString());
        Process server = builder.start();
        try (BufferedReader log = server.errorReader()) {
            String line = log.readLine();
            while (line != null && !line.startsWith("rlm serves")) {
                line = log.readLine();
            }
            Thread.sleep(15_000);
            System.out.printf("memory: server %d MiB resident, idle%n", resident(server.toHandle()));
            // Around the worker are the processes of what isolates it.
            server.descendants().filter(Bench::isJava).forEach(worker ->
                    System.out.printf("memory: warm worker %d MiB resident%n", resident(worker)));
        } finally {
            server.destroy();
            server.waitFor(30, TimeUnit.SECONDS);
            PrivateFiles.deleteTree(data);
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }

    private static long resident(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (java.io.IOException e) {
            return -1;
        }
    }

    /** Everything that answers questions, in this process, with scripted models. */
    private static final class Bed implements AutoCloseable {
        final Path folder = Files.createTempDirectory("rlm-bench");
        final Clock clock = Clock.systemUTC();
        final LocalContextStore store = LocalContextStore.open(folder.resolve("contexts"), clock);
        final ContextLoader loader =
                new ContextLoader(store, ContextRoots.of(List.of(folder)), ContextLimits.DEFAULT, clock, new SecureRandom());
        final ScriptedEndpoint endpoint = ScriptedEndpoint.start(script());
        final ModelProviders providers = new ModelProviders(
                new ModelSettings(BedrockSettings.DEFAULT, OpenAiSettings.at(endpoint.baseUrl())), ModelCatalog.load());
        final SandboxPool pool;
        final JournalDatabase database;
        final DurableTasks service;
        final CallerTasks tasks;
        final Context small;

        Bed() throws Exception {
            SandboxSettings standard = SandboxSettings.defaults();
            SandboxSettings settings = new SandboxSettings(
                    standard.heapBytes(), 1, standard.startTimeout(), standard.grace(), Optional.empty(),
                    Optional.of(HOME.resolve("target/quarkus-app/worker.aot")), Optional.empty(),
                    standard.isolation(), standard.memoryBytes());
            pool = new SandboxPool(settings, WorkerCommand.ofThisApplication(settings));
            database = JournalDatabase.open(folder.resolve("tasks.db").toString(), Optional.empty(), Optional.empty());
            service = new DurableTasks(
                    new TaskSettings("bench", 2, 10, 10, new Quotas(10, 10, null), Duration.ofSeconds(3), Duration.ZERO,
                            ModelId.parse("openai:turns"), ModelId.parse("openai:sub"),
                            new Budget(TURNS + 1, CALLS, null, Duration.ofMinutes(10)).withInFlight(PARALLEL),
                            EngineSettings.DEFAULTS, new Routing(Routing.Choice.RLM, 0)),
                    database.store(),
                    (queue, runner) -> new TaskQueue(
                            database.dataSource(), new SqliteJdbcCustomization(), queue, clock, runner),
                    Replicas.UNKNOWN,
                    store,
                    id -> new Role(providers.model(id), providers.catalog().describe(id)),
                    pool::open,
                    ForeignFunctions.NONE,
                    clock,
                    new TaskIds(new SecureRandom())::next,
                    Optional.empty());
            service.start();
            tasks = service.of(Context.LOCAL);
            small = loader.load("small", List.of(new Source.Text("small", "a small text")));
        }

        private static Script script() {
            // The first reply is late, so that the worker which the pool starts for the next task is not measured, too.
            return Script.of("turns",
                            Rule.reply("```repl\nx = 0\n```").onTurn(1).after(SETTLE),
                            Rule.reply("```repl\nFINAL(1)\n```").onTurn(TURNS + 1),
                            Rule.reply("```repl\nx = 1\n```"))
                    .and("batch", Rule.reply("```repl\nFINAL(len(llm_query_batched([f'call {i}' for i in range(" + CALLS
                            + ")])))\n```").after(SETTLE))
                    .and("first-cell", Rule.reply("```repl\nFINAL(len(context))\n```"))
                    .and("sub", Rule.reply("a short reply").after(Duration.ofMillis(CALL_MS)))
                    .and("bare", Rule.reply("```repl\nx = 1\n```"));
        }

        List<Entry> answer(String model, Context context) throws Exception {
            TaskStatus status = tasks.submit(new TaskRequest(
                    "q", List.of(context.id()), ModelId.parse("openai:" + model), null, TaskRequest.Limits.DEFAULTS));
            status = tasks.awaitEnd(status.id(), Duration.ofMinutes(5)).orElseThrow();
            if (!status.state().label().equals("answered")) {
                throw new AssertionError("The question was not answered: " + status.result());
            }
            return tasks.journal(status.id()).orElseThrow().entriesAfter(0);
        }

        double bareCall() throws Exception {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                long start = System.nanoTime();
                providers.model(ModelId.parse("openai:bare"))
                        .complete(ModelRequest.prompt("x".repeat(8_000), clock.instant().plusSeconds(60)));
                all.add((System.nanoTime() - start) / 1e6);
            }
            return Figures.median(all.subList(100, 300));
        }

        Context largeContext() throws Exception {
            Path file = folder.resolve("large.log");
            byte[] line = "2026-01-01 12:00:00 INFO  an ordinary line of an ordinary log, long enough to be one\n"
                    .getBytes(StandardCharsets.US_ASCII);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
                for (long size = 0; size < 100_000_000; size += line.length) {
                    out.write(line);
                }
            }
            long start = System.nanoTime();
            Context context = loader.load("large", List.of(new Source.OnDisk(file.toString())));
            System.out.printf("large: loading 100 MB into the store took %.0f ms%n", (System.nanoTime() - start) / 1e6);
            return context;
        }

        @Override
        public void close() throws Exception {
            service.close();
            database.close();
            pool.close();
            providers.close();
            endpoint.close();
            PrivateFiles.deleteTree(folder);
        }
    }

    private static Instant time(List<Entry> entries, Class<? extends TaskEvent> type) {
        return entries.stream().filter(entry -> type.isInstance(entry.event())).findFirst().orElseThrow().time();
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private static List<Long> rounded(List<Double> values) {
        return values.stream().map(Math::round).toList();
    }
}
