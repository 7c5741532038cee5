package dev.rlm.packaged.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** The official TypeScript client of 2026-07-28, which begins, ends and cancels questions by the tasks extension. */
final class NodeTasksClient extends NodeClient {

    NodeTasksClient(String address) throws IOException, InterruptedException {
        super("TypeScript SDK 2", "newer.mjs", address);
    }

    @Override
    public String begin(Map<String, Object> question) throws Exception {
        return request("begin", Map.of("tool", "rlm_ask", "arguments", question))
                .asText();
    }

    @Override
    public JsonNode end(String task) throws Exception {
        return request("end", Map.of("task", task)).path("task");
    }

    @Override
    public void cancel(String task) throws Exception {
        request("cancel", Map.of("task", task));
    }
}
