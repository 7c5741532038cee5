package dev.rlm.mcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.packaged.PackagedRlm;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conformance suite against the program as users run it: it lacks what scenarios call by name, and nothing else. */
final class ConformanceIT {

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void onlyTheFixturesAreMissing(String version) throws Exception {
        try (PackagedRlm.Server server = new PackagedRlm.Server(Map.of("RLM_TASK_STORE", "temporary"))) {
            Suite.requireExpected(Suite.run(server.address(), version, "production"), "production " + version);
            assertThat(server.log()).doesNotContain("Exception", "\tat ");
        }
    }
}
