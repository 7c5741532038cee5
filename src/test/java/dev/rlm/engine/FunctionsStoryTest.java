package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.budget.Ledger;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.mcp.FakeMcpServer;
import dev.rlm.functions.mcp.McpFunctions;
import dev.rlm.functions.mcp.McpServerSettings;
import dev.rlm.functions.mcp.McpServerSettings.Place;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code in a real worker calls the tools of an MCP server over real HTTP. */
final class FunctionsStoryTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private static final List<String> TURNS = List.of("""
            ```repl
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(3) as threads:
                said = list(threads.map(lambda word: bank_echo(word, times=2), ["a", "b", "a"]))
            counted = bank_count(of="ü")
            try:
                bank_fail()
            except FunctionError as e:
                said.append(str(e))
            print(said)
            ```""", """
            ```repl
            FINAL({"said": said, "of": counted["of"], "parts": counted["parts"]})
            ```""");

    @TempDir
    private static Path folder;

    private static SandboxPool pool;

    private final TestClock clock = new TestClock();
    private final Instant started = clock.instant();
    private Journal journal = new InMemoryJournal(clock);
    private FakeMcpServer server;
    private ScriptedModel root;

    @BeforeAll
    static void open() {
        SandboxSettings settings = SandboxSettings.defaults();
        pool = new SandboxPool(
                settings, WorkerCommand.ofThisApplication(settings).with(Compiler.QUICK));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @BeforeEach
    void start() throws Exception {
        server = new FakeMcpServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer run() throws Exception {
        McpServerSettings settings = new McpServerSettings(
                "bank",
                new Place.Address(server.url(), Map.of()),
                List.of("echo", "count", "fail"),
                Duration.ofSeconds(5),
                LONG,
                100_000);
        try (ForeignFunctions foreign = new McpFunctions(List.of(settings), new FunctionLimits(20, 4), "1")) {
            return run(foreign);
        }
    }

    private Answer run(ForeignFunctions foreign) throws Exception {
        root = new ScriptedModel(
                "test:root",
                (_, request) -> ScriptedModel.text(TURNS.get((int) request.messages().stream()
                        .filter(Message.Assistant.class::isInstance)
                        .count())));
        Role role = new Role(root, new ModelDescription(root.id(), 100_000L, null, null, Set.of()));
        Budget budget = new Budget(5, 5, TokenLimits.NONE, null, Duration.ofHours(1), 0, 4);
        TaskFunctions functions = TaskFunctions.of(journal, foreign);
        RunHistory history = RunHistory.of(journal, EngineSettings.DEFAULTS.outputCharacters(), 0);
        Ledger ledger = new Ledger(budget, clock, started);
        ledger.spentBefore(history.spending());
        Path file = Files.writeString(folder.resolve("a.txt"), "text");
        try (Repl repl =
                pool.open(List.of(new SandboxDocument("a.txt", file, 4)), 7, history.cells(), functions.offered())) {
            return new RecursiveLanguageModel(role, role, EngineSettings.DEFAULTS, Images.NONE, functions, clock)
                    .answer(new Question("What?", List.of(TestContext.LARGE)), repl, journal, ledger);
        }
    }

    /** Keeps what was recorded before the first entry with an event of this type, and this one too. */
    private void cutAfter(Class<? extends TaskEvent> type) throws InterruptedException {
        List<Entry> entries = journal.entriesAfter(0);
        journal = new InMemoryJournal(clock);
        for (Entry entry : entries) {
            journal.<TaskEvent, RuntimeException>step(String.valueOf(entry.key()), TaskEvent.class, entry::event);
            if (type.isInstance(entry.event())) {
                return;
            }
        }
    }

    private static final String EXPECTED =
            "{\"said\": [\"aa\", \"bb\", \"aa\", \"There is no such account.\"], \"of\": \"\\u00fc\", \"parts\": [1, 2.5, null]}";

    private static void assertAnswer(Answer answer) {
        assertThat(answer.reason()).isNull();
        assertThat(Json.read(String.valueOf(answer.json()))).isEqualTo(Json.read(EXPECTED));
    }

    @Test
    void theCodeGetsWhatTheServerSays() throws Exception {
        assertAnswer(run());
        assertThat(server.calls).hasSize(5).contains("echo {\"text\":\"a\",\"times\":2}", "fail {}");
        assertThat(root.requests.getFirst().system())
                .contains("`bank_echo(text: str, *, times: int | None = None)`: The tool echo.");
        assertThat(journal.entriesAfter(0))
                .filteredOn(entry -> entry.event() instanceof FunctionCalled)
                .hasSize(5);
    }

    @Test
    void aRunThatIsCutOffBetweenCellsGoesOnThoughTheServerIsAway() throws Exception {
        assertAnswer(run());
        int calls = server.calls.size();
        cutAfter(CellEnded.class);
        server.status = 503;
        assertAnswer(run());
        assertThat(server.calls).as("nothing is called twice").hasSize(calls);
    }

    @Test
    void aRunThatIsCutOffWithinACellCallsOnlyWhatIsNotRecorded() throws Exception {
        assertAnswer(run());
        int calls = server.calls.size();
        cutAfter(FunctionCalled.class);
        assertAnswer(run());
        assertThat(server.calls).hasSize(calls + 4);
    }
}
