package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.ServerState;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

/** What is made of the configuration of other servers. */
final class FunctionPartsTest {

    private static final String BANK = "rlm.functions.servers.bank";

    private static ForeignFunctions functions(ConfigSource source) {
        FunctionsConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(FunctionsConfig.class)
                .withSources(source)
                .build()
                .getConfigMapping(FunctionsConfig.class);
        return FunctionParts.functionsOf(config, "1");
    }

    private static ForeignFunctions functions(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(BANK + keysAndValues[i], keysAndValues[i + 1]);
        }
        return functions(new PropertiesConfigSource(settings, "test", 100));
    }

    private static void refused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> functions(keysAndValues))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage(message);
    }

    @Test
    void thereAreNoneWithoutConfiguration() {
        assertThat(functions().none()).isTrue();
    }

    @Test
    void serversAreInTheOrderOfTheirNamesWithTheirAllowedTools() {
        Map<String, String> settings = Map.of(
                "rlm.functions.servers.web.url",
                "https://web.example/mcp",
                "rlm.functions.servers.web.tools",
                "search",
                "rlm.functions.servers.web.headers.Authorization",
                "Bearer s3cret",
                BANK + ".command",
                "bank-server,--quiet",
                BANK + ".environment.BANK_KEY",
                "s3cret",
                BANK + ".tools",
                "balance,get-rate",
                BANK + ".max-result",
                "2M",
                "rlm.functions.calls",
                "7");
        try (ForeignFunctions functions = functions(new PropertiesConfigSource(settings, "test", 100))) {
            assertThat(functions.limits().calls()).isEqualTo(7);
            assertThat(functions.servers())
                    .containsExactly(
                            new ServerState(
                                    "bank",
                                    "the program bank-server",
                                    List.of("bank_balance", "bank_get_rate"),
                                    "not connected yet"),
                            new ServerState("web", "https://web.example", List.of("web_search"), "not connected yet"));
        }
    }

    @Test
    void environmentVariablesCanSayItToo() {
        Map<String, String> environment = Map.of(
                "RLM_FUNCTIONS_SERVERS_BANK_URL", "https://bank.example/mcp",
                "RLM_FUNCTIONS_SERVERS_BANK_TOOLS", "balance");
        try (ForeignFunctions functions = functions(new EnvConfigSource(environment, 300))) {
            assertThat(functions.servers()).extracting(ServerState::functions).containsExactly(List.of("bank_balance"));
        }
    }

    @Test
    void contradictionsAreRefusedInOneLineThatNamesTheKey() {
        String either = "Either " + BANK + ".url or " + BANK + ".command must be set, and not both.";
        refused(either, ".tools", "a");
        refused(either, ".tools", "a", ".url", "http://b", ".command", "c");
        refused(
                BANK + ".tools must be set: it names the tools that code may call, and others are not allowed.",
                ".url",
                "http://b");
        refused(
                BANK + ".environment must not be set, because a server with an address is not started here.",
                ".url",
                "http://b",
                ".tools",
                "a",
                ".environment.X",
                "1");
        refused(
                BANK + ".headers must not be set, because a server that is started as a program gets none.",
                ".command",
                "b",
                ".tools",
                "a",
                ".headers.X",
                "1");
        refused(
                BANK + ": The largest result must have 1000 bytes to 32 MiB, not 67108864 bytes.",
                ".command",
                "b",
                ".tools",
                "a",
                ".max-result",
                "64M");
        refused(
                BANK
                        + ": '*' does not allow all tools, because a server may add others at any time: name those that code"
                        + " may call, one by one.",
                ".command",
                "b",
                ".tools",
                "*");
    }
}
