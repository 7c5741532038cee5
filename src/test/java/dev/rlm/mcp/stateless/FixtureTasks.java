package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tasks of all kinds that the conformance suite begins: also those that ask for input or fail, as questions never do. They live
 * in memory, and what they are is a matter of the clock.
 */
final class FixtureTasks {

    private final Map<String, Task> tasks = new ConcurrentHashMap<>();

    private static final class Task {

        final String id = UUID.randomUUID().toString();
        final Instant created = Instant.now();
        final Instant due;
        final Map<String, JsonNode> inputs = new ConcurrentHashMap<>();
        final ObjectNode end;
        volatile boolean cancelled;

        /** @param end what it has in the end: a result or an error */
        Task(long seconds, ObjectNode end, List<String> inputs) {
            this.due = created.plusSeconds(seconds);
            this.end = end;
            inputs.forEach(
                    key -> this.inputs.put(key, FixtureData.ALL.path("inputs").path("elicitation")));
        }

        ObjectNode json() {
            ObjectNode json = FixtureData.object();
            json.put("taskId", id);
            json.put("status", status());
            json.put("createdAt", created.toString());
            json.put("lastUpdatedAt", Instant.now().toString());
            json.put("ttlMs", 600_000);
            json.put("pollIntervalMs", 100);
            return json;
        }

        ObjectNode detailed() {
            ObjectNode json = json();
            if (status().equals("input_required")) {
                json.putObject("inputRequests").setAll(inputs);
            } else if (status().equals("completed") || status().equals("failed")) {
                json.setAll(end);
            }
            return json;
        }

        private String status() {
            if (cancelled) {
                return "cancelled";
            }
            if (!inputs.isEmpty()) {
                return "input_required";
            }
            if (Instant.now().isBefore(due)) {
                return "working";
            }
            return end.has("error") ? "failed" : "completed";
        }
    }

    Map<String, Method> tools() {
        Map<String, Method> tools = new LinkedHashMap<>();
        tools.put(
                "greet",
                call -> FixtureData.text(
                        "Hello, " + arguments(call).path("name").asText() + "!"));
        tools.put("slow_compute", this::slowCompute);
        tools.put(
                "failing_job",
                call -> begin(call, 1, result(FixtureData.text("It failed.").put("isError", true))));
        tools.put("protocol_error_job", call -> {
            ObjectNode end = FixtureData.object();
            end.putObject("error").put("code", ProtocolError.INTERNAL).put("message", "It broke.");
            return begin(call, 1, end);
        });
        tools.put("confirm_delete", call -> begin(call, 0, result(FixtureData.text("Deleted.")), "confirm"));
        tools.put("multi_input", call -> begin(call, 0, result(FixtureData.text("Both.")), "first", "second"));
        tools.put("test_tool_with_task", this::afterInput);
        return tools;
    }

    Map<String, Method> methods() {
        return Map.of(
                "tasks/get", call -> find(call).detailed(),
                "tasks/cancel",
                        call -> {
                            Task task = find(call);
                            task.cancelled =
                                    task.inputs.isEmpty() ? Instant.now().isBefore(task.due) : true;
                            return FixtureData.object();
                        },
                "tasks/update",
                        call -> {
                            Task task = find(call);
                            call.request().object("inputResponses").fieldNames().forEachRemaining(task.inputs::remove);
                            return FixtureData.object();
                        });
    }

    private ObjectNode slowCompute(Call call) throws ProtocolError, InterruptedException {
        long seconds = arguments(call).path("seconds").asLong();
        if (call.request().declares(Protocol.TASKS_EXTENSION)) {
            return begin(call, seconds, result(FixtureData.text("Computed.")));
        }
        Thread.sleep(seconds * 1_000);
        return FixtureData.text("Computed.");
    }

    private ObjectNode afterInput(Call call) throws ProtocolError {
        JsonNode answer = FixtureInputs.answer(call, "user_name");
        return answer.isMissingNode()
                ? FixtureInputs.ask(null, List.of("user_name", "elicitation"))
                : begin(call, 0, result(FixtureData.text(answer.toString())));
    }

    private ObjectNode begin(Call call, long seconds, ObjectNode end, String... inputs) throws ProtocolError {
        call.request().require(Protocol.TASKS_EXTENSION);
        Task task = new Task(seconds, end, List.of(inputs));
        tasks.put(task.id, task);
        return task.json().put("resultType", "task");
    }

    private Task find(Call call) throws ProtocolError {
        call.request().require(Protocol.TASKS_EXTENSION);
        Task task = tasks.get(call.request().text("taskId"));
        if (task == null) {
            throw ProtocolError.invalidParams("Task not found.");
        }
        return task;
    }

    private static ObjectNode arguments(Call call) throws ProtocolError {
        return call.request().object("arguments");
    }

    private static ObjectNode result(ObjectNode result) {
        return FixtureData.object().set("result", result);
    }
}
