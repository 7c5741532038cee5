package dev.rlm.functions.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.CallOutcome.Failure;
import dev.rlm.functions.CallOutcome.Value;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.Offer;
import dev.rlm.functions.mcp.McpServerSettings.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made of MCP servers that are started as processes. */
final class StdioFunctionsTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final List<String> TOOLS = List.of("echo", "environment", "pid", "huge", "hang", "die", "nonsense");

    private McpFunctions functions = functions(LONG, FakeStdioServer.command());

    @AfterEach
    void stop() {
        functions.close();
    }

    private static McpFunctions functions(Duration callTime, List<String> command) {
        McpServerSettings settings = new McpServerSettings(
                "box", new Place.Command(command, Map.of("MY_KEY", "s3cret")), TOOLS, LONG, callTime, 100_000);
        return new McpFunctions(List.of(settings), new FunctionLimits(10, 4), "1.2.3");
    }

    private CallOutcome call(String function, String arguments) throws InterruptedException {
        return functions.call(function, arguments, LONG);
    }

    private long pid() throws InterruptedException {
        return Long.parseLong(((Value) call("box_pid", "{}")).json().replace("\"", ""));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void itsToolsAreOfferedAndCalled() throws Exception {
        assertThat(functions.offer().problems()).isEmpty();
        assertThat(functions.offer().functions()).hasSize(TOOLS.size());
        assertThat(call("box_echo", "{\"text\":\"hm\"}")).isEqualTo(new Value("\"hm\""));
        assertThat(functions.servers().toString())
                .contains("the program java")
                .doesNotContain("s3cret", "test-classes");
    }

    @Test
    void itGetsLittleEnvironmentBesidesWhatIsConfigured() throws Exception {
        String names = ((Value) call("box_environment", "{}")).json().replace("\"", "");
        assertThat(names.split(",")).contains("MY_KEY", "PATH").isSubsetOf("MY_KEY", "PATH", "HOME", "LANG", "TMPDIR");
    }

    @Test
    void aResultThatIsTooLargeCostsOnlyItsCall() throws Exception {
        long before = pid();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CallOutcome> beside = threads.submit(() -> functions.call("box_hang", "{}", Duration.ofSeconds(5)));
            assertThat(call("box_huge", "{}").toString()).contains("answered with more than");
            assertThat(call("box_echo", "{\"text\":\"on\"}")).isEqualTo(new Value("\"on\""));
            assertThat(beside.get().toString()).contains("did not answer within 5000 ms");
        }
        assertThat(pid()).as("it is still the same process").isEqualTo(before);
    }

    @Test
    void aProcessThatDiesIsStartedAgain() throws Exception {
        long before = pid();
        assertThat(call("box_die", "{}")).isEqualTo(new Failure("The server box ended with exit code 3."));
        assertThat(call("box_echo", "{\"text\":\"on\"}")).isEqualTo(new Value("\"on\""));
        assertThat(pid()).isNotEqualTo(before);
    }

    @Test
    void aProcessThatWritesSomethingElseIsEnded() throws Exception {
        long before = pid();
        assertThat(call("box_nonsense", "{}"))
                .isEqualTo(new Failure("The server box sent something that is no message of the protocol."));
        await().until(() -> !alive(before));
        assertThat(call("box_echo", "{\"text\":\"on\"}")).isEqualTo(new Value("\"on\""));
    }

    @Test
    void aProcessThatDoesNotReadCostsTheTimeLimit() throws Exception {
        functions.close();
        McpServerSettings mute = new McpServerSettings(
                "box",
                new Place.Command(FakeStdioServer.command("mute"), Map.of()),
                TOOLS,
                Duration.ofMillis(1_500),
                LONG,
                100_000);
        functions = new McpFunctions(List.of(mute), new FunctionLimits(10, 4), "1");
        assertThat(functions.offer().problems()).containsExactly("The server box did not answer within 1500 ms.");
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBeMissing() throws Exception {
        functions.close();
        functions = functions(LONG, List.of("no-such-program-of-rlm"));
        assertThat(functions.offer().problems())
                .containsExactly("The server box cannot be started: its program is not there, or may not be run.");
    }

    @Test
    void aServerOfTheOfficialSdkIsUnderstood() throws Exception {
        functions.close();
        McpServerSettings settings = new McpServerSettings(
                "sdk", new Place.Command(SdkStdioServer.command(), Map.of()), List.of("greet"), LONG, LONG, 100_000);
        functions = new McpFunctions(List.of(settings), new FunctionLimits(10, 4), "1");
        Offer offer = functions.offer();
        assertThat(offer.problems()).isEmpty();
        assertThat(offer.functions().getFirst().description()).isEqualTo("Greets somebody.");
        assertThat(call("sdk_greet", "{\"name\":\"Ada\"}")).isEqualTo(new Value("\"Hello, Ada!\""));
        assertThat(call("sdk_greet", "{\"name\":\"\"}")).isEqualTo(new Failure("Nobody is there."));
    }

    @Test
    void theProcessEndsWithTheFunctionsEvenIfItDoesNotWantTo() throws Exception {
        functions.close();
        functions = functions(LONG, FakeStdioServer.command("stubborn"));
        long pid = pid();
        assertThat(alive(pid)).isTrue();
        functions.close();
        await().until(() -> !alive(pid));
    }
}
