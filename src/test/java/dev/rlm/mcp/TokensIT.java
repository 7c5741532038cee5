package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.access.ApiKey;
import dev.rlm.packaged.FakeIssuer;
import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tokens of an OpenID provider, good and bad, at one server. */
final class TokensIT {

    private static final String KEY = ApiKey.random(new Random(21));
    private static final long HOUR = 3_600;

    private static FakeIssuer issuer;
    private static PackagedRlm.Server server;
    private static HttpDoor door;
    private static final List<String> SENT = new ArrayList<>(List.of(KEY));

    @BeforeAll
    static void start() throws Exception {
        issuer = new FakeIssuer();
        server = new PackagedRlm.Server(Map.of(
                "RLM_TASK_STORE",
                "temporary",
                "RLM_AUTH_OIDC_ISSUER",
                issuer.issuer(),
                "RLM_AUTH_OIDC_AUDIENCE",
                FakeIssuer.AUDIENCE,
                "RLM_AUTH_KEYS_CI_HASH",
                ApiKey.Hash.of(KEY).toString()));
        door = new HttpDoor(server.base());
        HttpResponse<String> tooEarly = door.initialize(HttpDoor.bearer(sent(issuer.token("ann", _ -> {}))));
        assertThat(tooEarly.statusCode()).as(tooEarly.body()).isEqualTo(503);
        assertThat(tooEarly.headers().firstValue("Retry-After")).contains("5");
        assertThat(tooEarly.body()).startsWith("Tokens cannot be checked, because their issuer does not answer");
        assertThat(door.initialize(HttpDoor.bearer(KEY)).statusCode())
                .as("keys need no issuer")
                .isEqualTo(200);
        issuer.answer();
    }

    @AfterAll
    static void stop() {
        door.close();
        server.close();
        issuer.close();
        assertThat(server.log()).contains("The issuer of tokens cannot be used").doesNotContain("Exception", "\tat ");
        for (String secret : SENT) {
            assertThat(server.log()).doesNotContain(secret);
        }
    }

    private static String sent(String credential) {
        SENT.add(credential);
        return credential;
    }

    private static long now() {
        return System.currentTimeMillis() / 1_000;
    }

    @Test
    void theCallerIsTheSubjectOfAToken() {
        String ofAnn = sent(issuer.token("ann", _ -> {}));
        String again = sent(issuer.token("ann", claims -> claims.put("jti", "another")));
        String ofBob = sent(issuer.token("bob", _ -> {}));
        String asList = sent(issuer.token("bob", claims -> {
            claims.remove("scope");
            claims.putArray("scp").add("openid").add("rlm:load");
            claims.putArray("aud").add("other").add(FakeIssuer.AUDIENCE);
        }));
        try (McpConversation ann = new McpConversation(server.base(), ofAnn);
                McpConversation annAgain = new McpConversation(server.base(), again);
                McpConversation bob = new McpConversation(server.base(), ofBob);
                McpConversation bobsList = new McpConversation(server.base(), asList);
                McpConversation key = new McpConversation(server.base(), KEY)) {
            String context = ann.load("alpha");

            assertThat(annAgain.call("rlm_read", Map.of("context_id", context)).getString("text"))
                    .isEqualTo("alpha");
            assertThat(bob.refusal("rlm_read", Map.of("context_id", context))).startsWith("There is no context");
            assertThat(key.refusal("rlm_read", Map.of("context_id", context))).startsWith("There is no context");
            String bobs = bobsList.load("beta");
            assertThat(bob.call("rlm_read", Map.of("context_id", bobs)).getString("text"))
                    .isEqualTo("beta");
        }
    }

    @Test
    void aTokenThatIsNotForThisServerGetsNothing() throws Exception {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put(
                "expired",
                issuer.token("eve", claims -> claims.put("exp", now() - HOUR).put("iat", now() - 2 * HOUR)));
        bad.put("not valid yet", issuer.token("eve", claims -> claims.put("nbf", now() + HOUR)));
        bad.put("without an end", issuer.token("eve", claims -> claims.remove("exp")));
        bad.put("for another service", issuer.token("eve", claims -> claims.put("aud", "https://other.example")));
        bad.put("for nobody", issuer.token("eve", claims -> claims.remove("aud")));
        bad.put("of another issuer", issuer.token("eve", claims -> claims.put("iss", "https://evil.example")));
        bad.put("of no issuer", issuer.token("eve", claims -> claims.remove("iss")));
        bad.put("of nobody", issuer.token("eve", claims -> claims.remove("sub")));
        bad.put("of an empty name", issuer.token("", _ -> {}));
        bad.put("of somebody too long", issuer.token("e".repeat(400), _ -> {}));
        bad.put("of somebody with a line break", issuer.token("eve\nadmin", _ -> {}));
        bad.put("signed by somebody else", issuer.forged("eve"));
        bad.put("changed", issuer.tampered("eve"));
        bad.put("not signed", issuer.unsigned("eve"));
        bad.put("signed with the public key as a secret", issuer.confused("eve"));
        bad.put("garbage", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA");
        bad.put("no token", "opaque-token");
        bad.put("dots", "..");
        for (Map.Entry<String, String> token : bad.entrySet()) {
            HttpResponse<String> refused = door.initialize(HttpDoor.bearer(sent(token.getValue())));
            assertThat(refused.statusCode())
                    .as(token.getKey() + ": " + refused.body())
                    .isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .as(token.getKey())
                    .contains(
                            "Bearer realm=\"rlm\", error=\"invalid_token\", scope=\"rlm:ask rlm:load\", resource_metadata=\""
                                    + server.base() + "/.well-known/oauth-protected-resource/mcp\"");
            assertThat(refused.body())
                    .doesNotContain("Exception", token.getValue())
                    .hasSizeBetween(20, 200);
        }
        SENT.remove("..");
    }

    @Test
    void aTokenWithoutAScopeOfThisServerIsToldWhichItNeeds() throws Exception {
        String token = sent(issuer.token("ann", claims -> claims.put("scope", "openid profile")));
        HttpResponse<String> refused = door.initialize(HttpDoor.bearer(token));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith(
                        "Bearer realm=\"rlm\", error=\"insufficient_scope\", scope=\"rlm:ask rlm:load\", resource_metadata=");
    }

    @Test
    void clientsFindOutWhereToGetTokens() throws Exception {
        HttpResponse<String> refused = door.initialize();
        assertThat(refused.statusCode()).isEqualTo(401);
        String address = server.base() + "/.well-known/oauth-protected-resource/mcp";
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"rlm\", scope=\"rlm:ask rlm:load\", resource_metadata=\"" + address + "\"");
        for (String path :
                List.of("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp")) {
            HttpResponse<String> found = door.get(path);
            assertThat(found.statusCode()).isEqualTo(200);
            assertThat(found.headers().firstValue("Content-Type")).contains("application/json");
            JsonNode metadata = new ObjectMapper().readTree(found.body());
            assertThat(metadata.path("resource").textValue()).isEqualTo(server.address());
            assertThat(metadata.path("authorization_servers")).hasSize(1);
            assertThat(metadata.at("/authorization_servers/0").textValue()).isEqualTo(issuer.issuer());
            assertThat(metadata.path("scopes_supported").toString())
                    .isEqualTo("[\"rlm:ask\",\"rlm:load\",\"rlm:admin\"]");
            assertThat(metadata.path("bearer_methods_supported").toString()).isEqualTo("[\"header\"]");
        }
    }
}
