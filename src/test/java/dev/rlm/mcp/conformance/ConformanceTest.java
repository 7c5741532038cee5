package dev.rlm.mcp.conformance;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URL;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The conformance suite against the server with the fixtures that its scenarios call by name. They are classes of the tests, in
 * a profile of their own, so no build of the program has them.
 */
@QuarkusTest
@TestProfile(ConformanceTest.Profile.class)
public final class ConformanceTest {

    /** The build profile that has the fixtures. */
    public static final String PROFILE = "conformance";

    @TestHTTPResource("/mcp")
    URL address;

    /**
     * The server as it is, beside the fixtures. Of the older versions the library serves the fixtures among resources and prompts,
     * as it would without the bean that answers for ours.
     */
    public static final class Profile implements QuarkusTestProfile {

        @Override
        public String getConfigProfile() {
            return PROFILE;
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.test-port",
                    "0",
                    "rlm.task.store",
                    "temporary",
                    "quarkus.arc.exclude-types",
                    "dev.rlm.mcp.FeatureServer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-11-25", "2026-07-28"})
    void nothingFailsThatIsNotExpectedTo(String version) throws Exception {
        String server = "http://localhost:" + address.getPort() + "/mcp";
        Suite.requireExpected(Suite.run(server, version, "fixtures"), "fixtures " + version);
    }
}
