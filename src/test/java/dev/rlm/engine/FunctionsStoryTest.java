package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.mcp.FakeMcpServer;
import dev.rlm.functions.mcp.McpFunctions;
import dev.rlm.functions.mcp.McpServerSettings;
import dev.rlm.functions.mcp.McpServerSettings.Place;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.sandbox.SandboxPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code in a real worker calls the tools of an MCP server over real HTTP. */
final class FunctionsStoryTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    @AutoClose
    private static final SandboxPool SANDBOX = Story.sandbox();

    private final Story story = Story.over("a.txt", "text")
            .within(new Budget(5, 5, TokenLimits.NONE, null, Duration.ofHours(1), 0, 4))
            .root("""
                    from concurrent.futures import ThreadPoolExecutor
                    with ThreadPoolExecutor(3) as threads:
                        said = list(threads.map(lambda word: bank_echo(word, times=2), ["a", "b", "a"]))
                    counted = bank_count(of="ü")
                    try:
                        bank_fail()
                    except FunctionError as e:
                        said.append(str(e))
                    print(said)
                    """, """
                    FINAL({"said": said, "of": counted["of"], "parts": counted["parts"]})
                    """);
    private FakeMcpServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeMcpServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Told play() throws Exception {
        McpServerSettings settings = new McpServerSettings(
                "bank",
                new Place.Address(server.url(), Map.of()),
                List.of("echo", "count", "fail"),
                Duration.ofSeconds(5),
                LONG,
                100_000);
        try (ForeignFunctions foreign = new McpFunctions(List.of(settings), new FunctionLimits(20, 4), "1")) {
            return story.calling(foreign).play(SANDBOX);
        }
    }

    private static final String EXPECTED =
            "{\"said\": [\"aa\", \"bb\", \"aa\", \"There is no such account.\"], \"of\": \"\\u00fc\", \"parts\": [1, 2.5, null]}";

    private static void assertAnswer(Told told) {
        assertThat(told.answer().reason()).isNull();
        assertThat(Json.read(String.valueOf(told.answer().json()))).isEqualTo(Json.read(EXPECTED));
    }

    @Test
    void theCodeGetsWhatTheServerSays() throws Exception {
        Told told = play();
        assertAnswer(told);
        assertThat(server.calls).hasSize(5).contains("echo {\"text\":\"a\",\"times\":2}", "fail {}");
        assertThat(told.root().requests.getFirst().system())
                .contains("`bank_echo(text: str, *, times: int | None = None)`: The tool echo.");
        assertThat(told.events(FunctionCalled.class)).hasSize(5);
    }

    @Test
    void aRunThatIsCutOffBetweenCellsGoesOnThoughTheServerIsAway() throws Exception {
        assertAnswer(play());
        int calls = server.calls.size();
        story.cutAfter(CellEnded.class);
        server.status = 503;
        assertAnswer(play());
        assertThat(server.calls).as("nothing is called twice").hasSize(calls);
    }

    @Test
    void aRunThatIsCutOffWithinACellCallsOnlyWhatIsNotRecorded() throws Exception {
        assertAnswer(play());
        int calls = server.calls.size();
        story.cutAfter(FunctionCalled.class);
        assertAnswer(play());
        assertThat(server.calls).hasSize(calls + 4);
    }
}
