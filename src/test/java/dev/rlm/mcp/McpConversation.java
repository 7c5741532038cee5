package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkiverse.mcp.server.test.McpAssured;
import io.quarkiverse.mcp.server.test.McpAssured.McpStreamableTestClient;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/** A client's side of a conversation with the server under test. */
public final class McpConversation implements AutoCloseable {

    final McpStreamableTestClient client;

    /** Connects to the server at this address. */
    public McpConversation(String address) {
        this(address, MultiMap.caseInsensitiveMultiMap());
    }

    /** Connects to the server at this address with a credential. */
    public McpConversation(String address, String credential) {
        this(address, MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + credential));
    }

    private McpConversation(String address, MultiMap headers) {
        // The client's patience, which is ten seconds otherwise.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
        client = McpAssured.newStreamableClient()
                .setBaseUri(URI.create(address))
                .setAdditionalHeaders(_ -> headers)
                .build()
                .connect();
    }

    /** Calls a tool and expects a structured result, and the same as text. */
    public JsonObject call(String tool, Map<String, Object> arguments) {
        ToolResponse response = respond(tool, arguments);
        String text = ((TextContent) response.firstContent()).text();
        assertThat(response.isError()).as(text).isFalse();
        assertThat(response.structuredContent()).isEqualTo(new JsonObject(text));
        return new JsonObject(text);
    }

    /** Calls a tool and expects an error that is one sentence or two, for a model to act on. */
    String refusal(String tool, Map<String, Object> arguments) {
        ToolResponse response = respond(tool, arguments);
        String text = ((TextContent) response.firstContent()).text();
        assertThat(response.isError()).as(text).isTrue();
        assertThat(text).doesNotContain("Exception", "\tat ").hasSizeLessThan(1_000);
        return text;
    }

    /** Loads a text as a context. */
    public String load(String text) {
        return call("rlm_load_context", Map.of("text", text))
                .getJsonObject("context")
                .getString("context_id");
    }

    /** Asks, and polls until the task has ended. */
    public JsonObject answer(String model, String contextId, Map<String, Object> more) {
        return ended(ask(model, contextId, more));
    }

    /** Asks, and does not wait. */
    public JsonObject ask(String model, String contextId, Map<String, Object> more) {
        Map<String, Object> arguments = new HashMap<>(more);
        arguments.put("question", "A question for " + model);
        arguments.put("context_ids", List.of(contextId));
        arguments.put("root_model", "openai:" + model);
        arguments.putIfAbsent("wait_seconds", 0);
        return call("rlm_ask", arguments).getJsonObject("task");
    }

    JsonObject ended(JsonObject task) {
        JsonObject latest = task;
        for (int i = 0; i < 150 && List.of("queued", "running").contains(latest.getString("state")); i++) {
            latest = call("rlm_status", Map.of("task_id", task.getString("task_id"), "wait_seconds", 2))
                    .getJsonObject("task");
        }
        return latest;
    }

    private ToolResponse respond(String tool, Map<String, Object> arguments) {
        AtomicReference<ToolResponse> response = new AtomicReference<>();
        client.when().toolsCall(tool, arguments, response::set).thenAssertResults();
        return response.get();
    }

    @Override
    public void close() {
        client.close();
    }
}
