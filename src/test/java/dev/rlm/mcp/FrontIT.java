package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server behind something that authenticates, and names the caller in a header. */
final class FrontIT {

    private static final String HEADER = "X-Authenticated-User";

    @Test
    void theCallerIsWhoTheFrontSaysItIs() throws Exception {
        try (PackagedRlm.Server server = new PackagedRlm.Server(
                        Map.of(
                                "RLM_TASK_STORE", "temporary",
                                "RLM_AUTH_IN_FRONT", "true",
                                "RLM_AUTH_CALLER_HEADER", HEADER),
                        "--host",
                        "0.0.0.0");
                HttpDoor door = new HttpDoor(server.base().replace("0.0.0.0", "127.0.0.1"))) {
            assertThat(door.initialize(HEADER, "ann").statusCode()).isEqualTo(200);
            for (String[] headers : new String[][] {
                {},
                {HEADER, ""},
                {HEADER, "ann", HEADER, "bob"},
                {HEADER, "a".repeat(400)},
                {"Authorization", "Bearer ann"},
                {"X-User", "ann"}
            }) {
                HttpResponse<String> refused = door.initialize(headers);
                assertThat(refused.statusCode()).as(String.join(" ", headers)).isEqualTo(403);
                assertThat(refused.body()).startsWith("The header " + HEADER + " must name the caller");
            }
            assertThat(door.get("/q/health").statusCode()).isEqualTo(200);
            String session = door.initialize(HEADER, "ann")
                    .headers()
                    .firstValue("Mcp-Session-Id")
                    .orElseThrow();
            String list =
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"rlm_list_contexts\","
                            + "\"arguments\":{}}}";
            assertThat(door.post(list, HEADER, "bob", "Mcp-Session-Id", session).statusCode())
                    .as("callers are told apart")
                    .isEqualTo(404);
            assertThat(door.post(list, HEADER, "ann", "Mcp-Session-Id", session).body())
                    .contains("\"total\":0");
            assertThat(server.log()).doesNotContain("Exception", "\tat ");
        }
    }
}
