package dev.rlm.packaged.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** The official TypeScript client of 2026-07-28, which loads files, and begins, ends and cancels questions, by the tasks extension. */
final class NodeTasksClient extends NodeClient {

    NodeTasksClient(String address) throws IOException, InterruptedException {
        super("TypeScript SDK 2", "newer.mjs", address);
    }

    @Override
    public JsonNode load(Map<String, Object> files) throws Exception {
        return result(begin("rlm_load_context", files));
    }

    @Override
    public String begin(Map<String, Object> question) throws Exception {
        return begin("rlm_ask", question);
    }

    @Override
    public JsonNode end(String task) throws Exception {
        return result(task).path("task");
    }

    private String begin(String tool, Map<String, Object> arguments) throws Exception {
        return request("begin", Map.of("tool", tool, "arguments", arguments)).asText();
    }

    private JsonNode result(String task) throws Exception {
        return request("end", Map.of("task", task));
    }

    @Override
    public void cancel(String task) throws Exception {
        request("cancel", Map.of("task", task));
    }
}
