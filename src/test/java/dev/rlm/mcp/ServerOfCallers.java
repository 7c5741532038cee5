package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.access.ApiKey;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A server on all interfaces that knows its callers by API keys. None of these may ever be in its log. */
final class ServerOfCallers implements AutoCloseable {

    private static final Random RANDOM = new Random(20);
    static final String ANN = ApiKey.random(RANDOM);
    static final String BOB = ApiKey.random(RANDOM);
    static final String LOADER = ApiKey.random(RANDOM);
    static final String NOTHING = ApiKey.random(RANDOM);
    static final String HASTY = ApiKey.random(RANDOM);
    static final String EVE = ApiKey.random(RANDOM);
    static final String UNKNOWN = ApiKey.random(RANDOM);

    private final ScriptedEndpoint models;
    private final PackagedRlm.Server server;
    private final HttpDoor door;

    ServerOfCallers() throws IOException {
        models = Stories.start();
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_STORE", "temporary");
        environment.put("RLM_AUTH_KEYS_ANN_HASH", hash(ANN));
        environment.put("RLM_AUTH_KEYS_ANN_SCOPES", "rlm:ask,rlm:load,rlm:admin");
        environment.put("RLM_AUTH_KEYS_BOB_HASH", hash(UNKNOWN + "x") + "," + hash(BOB));
        environment.put("RLM_AUTH_KEYS_LOADER_HASH", hash(LOADER));
        environment.put("RLM_AUTH_KEYS_LOADER_SCOPES", "rlm:load");
        environment.put("RLM_AUTH_KEYS_NOTHING_HASH", hash(NOTHING));
        environment.put("RLM_AUTH_KEYS_NOTHING_SCOPES", "rlm:admin");
        environment.put("RLM_AUTH_KEYS_HASTY_HASH", hash(HASTY));
        environment.put("RLM_AUTH_KEYS_EVE_HASH", hash(EVE));
        environment.put("RLM_CONTEXT_TASK_AFTER", "0s");
        environment.put("RLM_AUTH_RATE_REQUESTS", "300");
        environment.put("RLM_AUTH_RATE_FAILURES", "40");
        server = new PackagedRlm.Server(environment, "--host", "0.0.0.0");
        door = new HttpDoor(base());
    }

    private static String hash(String key) {
        return ApiKey.Hash.of(key).toString();
    }

    /** Its address without a path, at which tests reach it. */
    String base() {
        return server.base().replace("0.0.0.0", "127.0.0.1");
    }

    /** Plain requests to it. */
    HttpDoor door() {
        return door;
    }

    /** The folder below which it may load paths. */
    Path root() {
        return server.root();
    }

    /** Everything that it has logged. */
    String log() {
        return server.log();
    }

    @Override
    public void close() {
        door.close();
        server.close();
        models.close();
        assertThat(server.log()).doesNotContain(ANN, BOB, EVE, LOADER, NOTHING, HASTY, UNKNOWN, "Exception", "\tat ");
    }

    /** A request by itself, without a session. */
    String rpc(String key, String version, String method, @Nullable String name, String params) throws Exception {
        boolean stateless = version.equals("2026-07-28");
        String meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";
        String all = !stateless
                ? params
                : params.equals("{}") ? "{" + meta + "}" : params.substring(0, params.length() - 1) + "," + meta + "}";
        List<String> headers =
                new ArrayList<>(List.of("Authorization", "Bearer " + key, "MCP-Protocol-Version", version));
        if (stateless) {
            headers.addAll(List.of("Mcp-Method", method));
            if (name != null) {
                headers.addAll(List.of("Mcp-Name", name));
            }
        }
        return door.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + all + "}",
                        headers.toArray(String[]::new))
                .body();
    }
}
