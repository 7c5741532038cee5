package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.packaged.FakeIssuer;
import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A server that knows its own address and takes callers' names from a claim of its operator's choice, in both eras of the
 * protocol: with sessions, and without.
 */
final class TokenClaimsIT {

    private static final String CLAIM = "employee";

    /** The address by which clients know the server is what their tokens must be for. */
    private static final String RESOURCE = "https://rlm.example/team/mcp";

    private static final String METADATA_PATH = "/.well-known/oauth-protected-resource/team/mcp";

    private static FakeIssuer issuer;
    private static PackagedRlm.Server server;
    private static HttpDoor door;

    @BeforeAll
    static void start() throws Exception {
        issuer = new FakeIssuer();
        issuer.answer();
        server = new PackagedRlm.Server(Map.of(
                "RLM_TASK_STORE",
                "temporary",
                "RLM_AUTH_OIDC_ISSUER",
                issuer.issuer(),
                "RLM_AUTH_OIDC_AUDIENCE",
                RESOURCE,
                "RLM_AUTH_OIDC_RESOURCE",
                RESOURCE,
                "RLM_AUTH_OIDC_CALLER_CLAIM",
                CLAIM));
        door = new HttpDoor(server.base());
    }

    @AfterAll
    static void stop() {
        door.close();
        server.close();
        issuer.close();
        assertThat(server.log()).doesNotContain("Exception", "\tat ");
    }

    private static String token(String subject, Consumer<ObjectNode> changes) {
        return issuer.token(subject, claims -> {
            claims.put("aud", RESOURCE);
            changes.accept(claims);
        });
    }

    private static String employee(String subject, String employee) {
        return token(subject, claims -> claims.put(CLAIM, employee));
    }

    @Test
    void theClaimThatIsConfiguredNamesTheCaller() throws Exception {
        try (McpConversation ann = new McpConversation(server.base(), employee("subject-1", "ann"))) {
            String context = ann.load("alpha");

            assertThat(read(context, employee("subject-2", "ann"))).contains("alpha");
            assertThat(read(context, employee("subject-1", "bob"))).contains("There is no context");
            assertThat(read(context, employee("ann", "bob"))).contains("There is no context");
        }
        String numbered = token("subject-1", claims -> claims.put(CLAIM, 7));
        try (McpConversation seven = new McpConversation(server.base(), numbered)) {
            assertThat(read(seven.load("beta"), employee("subject-2", "7"))).contains("beta");
        }
    }

    /** Reads a context without a session. */
    private static String read(String context, String token) throws Exception {
        HttpResponse<String> answer =
                stateless("rlm_read", "{\"context_id\":\"" + context + "\"}", HttpDoor.bearer(token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<String> stateless(String tool, String arguments, String... headers) throws Exception {
        String body = """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","arguments":%s,"_meta":{\
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},\
                "io.modelcontextprotocol/clientCapabilities":{}}}}""".formatted(tool, arguments);
        String[] all = Stream.concat(
                        Stream.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool),
                        Stream.of(headers))
                .toArray(String[]::new);
        return door.post(body, all);
    }

    @Test
    void whatIsNotForThisServerOrNamesNobodyIsRefusedInBothErasWithTheWayToTheMetadata() throws Exception {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("for another server", token("ann", claims -> {
            claims.put(CLAIM, "ann");
            claims.put("aud", FakeIssuer.AUDIENCE);
        }));
        bad.put("for the host only", token("ann", claims -> {
            claims.put(CLAIM, "ann");
            claims.put("aud", "https://rlm.example");
        }));
        bad.put("without the claim", token("ann", _ -> {}));
        bad.put("of null", token("ann", claims -> claims.putNull(CLAIM)));
        bad.put("of a truth value", token("ann", claims -> claims.put(CLAIM, true)));
        bad.put("of a list", token("ann", claims -> claims.putArray(CLAIM).add("ann")));
        bad.put("of an object", token("ann", claims -> claims.putObject(CLAIM).put("name", "ann")));
        bad.put("of an empty name", employee("ann", ""));
        for (Map.Entry<String, String> token : bad.entrySet()) {
            String[] credential = HttpDoor.bearer(token.getValue());
            requireRefusal(token.getKey(), ", error=\"invalid_token\"", door.initialize(credential));
            requireRefusal(token.getKey(), ", error=\"invalid_token\"", stateless("rlm_status", "{}", credential));
        }
        requireRefusal("no token", "", door.initialize());
        requireRefusal("no token", "", stateless("rlm_status", "{}"));
        assertThat(read("ctx_aaaaaaaaaaaaaaaaaaaaaaaaaa", employee("ann", "ann")))
                .as("a good token gets in all the same")
                .contains("There is no context");
    }

    private static void requireRefusal(String what, String error, HttpResponse<String> refused) {
        assertThat(refused.statusCode()).as(what + ": " + refused.body()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .as(what)
                .contains("Bearer realm=\"rlm\"" + error + ", scope=\"rlm:ask rlm:load\", resource_metadata=\""
                        + "https://rlm.example" + METADATA_PATH + "\"");
    }

    @Test
    void theMetadataTellTheAddressByWhichClientsKnowTheServer() throws Exception {
        HttpResponse<String> found = door.get(METADATA_PATH);
        assertThat(found.statusCode()).isEqualTo(200);
        JsonNode metadata = new ObjectMapper().readTree(found.body());
        assertThat(metadata.path("resource").textValue()).isEqualTo(RESOURCE);
        assertThat(metadata.at("/authorization_servers/0").textValue()).isEqualTo(issuer.issuer());
        assertThat(door.get("/.well-known/oauth-protected-resource/other").statusCode())
                .isEqualTo(404);
    }
}
