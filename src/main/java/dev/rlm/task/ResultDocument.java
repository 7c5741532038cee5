package dev.rlm.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.ModelCall;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.TaskStatus.Publication;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task as JSON, in the format of docs/results.md. The same task gives the same bytes. Members may be
 * added to a version of the format; what changes in meaning gets another version.
 */
final class ResultDocument {
    static final String FORMAT = "rlm.result";
    static final int VERSION = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double NANOS = 1e9;

    private ResultDocument() {}

    static byte[] of(TaskStatus status, List<Entry> entries, String trajectoryKey) {
        Submitted request = status.request();
        Finished result = status.result();
        Instant ended = status.ended();
        if (result == null || ended == null) {
            throw new IllegalArgumentException("A task that has not ended has no result.");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("version", VERSION);
        json.put("task_id", status.id());
        json.put("status", status.state().label());
        json.put("question", request.question());
        putRaw(json, "schema", request.schema());
        request.contextIds().forEach(json.putArray("contexts")::add);
        request.follows().forEach(json.putArray("follows")::add);
        json.putObject("models").put("root", request.rootModel()).put("sub", request.subModel());
        json.put("priority", request.options().priority());
        json.putObject("limits")
                .put("turns", request.turns())
                .put("sub_calls", request.subCalls())
                .put("cost_usd", request.usd())
                .put("seconds", seconds(request.timeLimit()))
                .put("parallel", request.options().parallel())
                .put("depth", request.options().depth() + 1);
        json.set("route", TaskReport.route(status.route()));
        json.put("answer", result.text());
        putRaw(json, "value", result.json());
        json.put("origin", result.origin());
        json.put("reason", result.reason());
        putPublished(json, status.published());
        EvidenceReport.put(json, status, Integer.MAX_VALUE);
        putUsage(json.putObject("usage"), status, entries);
        ObjectNode times = json.putObject("timings");
        times.put("submitted_at", status.submitted().toString());
        times.put(
                "started_at", status.started() == null ? null : status.started().toString());
        times.put("ended_at", ended.toString());
        Instant left = status.started() == null ? ended : status.started();
        times.put("queued_seconds", seconds(Duration.between(status.submitted(), left)));
        times.put("running_seconds", seconds(Duration.between(left, ended)));
        json.putObject("trajectory").put("key", trajectoryKey).put("entries", entries.size());
        return bytes(json);
    }

    private static void putRaw(ObjectNode json, String name, @Nullable String raw) {
        if (raw == null) {
            json.putNull(name);
        } else {
            json.putRawValue(name, new RawValue(raw));
        }
    }

    private static void putPublished(ObjectNode json, @Nullable Publication published) {
        if (published == null) {
            json.putNull("published");
            return;
        }
        ObjectNode partial = json.putObject("published");
        partial.put("at", published.at().toString()).put("cell", published.cell());
        partial.put("answer", published.value().text());
        putRaw(partial, "value", published.value().json());
    }

    private static void putUsage(ObjectNode json, TaskStatus status, List<Entry> entries) {
        json.put("turns", status.spending().turns());
        json.put("cells", status.cell());
        json.put("sub_calls", status.spending().subCalls());
        json.put("sub_calls_failed", status.subCallsFailed());
        TaskReport.putFunctions(json, status);
        Map<String, ModelUsage> models = new TreeMap<>();
        for (Entry entry : entries) {
            CallCost cost = entry.event() instanceof ModelCall call ? call.cost() : null;
            if (cost != null) {
                models.merge(cost.model(), ModelUsage.of(cost), ModelUsage::plus);
            }
        }
        ArrayNode byModel = json.putArray("models");
        models.forEach((model, usage) -> usage.put(byModel.addObject().put("model", model)));
        models.values().stream()
                .reduce(ModelUsage::plus)
                .orElse(ModelUsage.NONE)
                .put(json.putObject("total"));
    }

    private record ModelUsage(
            long calls,
            long input,
            long output,
            long cached,
            @Nullable BigDecimal usd,
            @Nullable BigDecimal saved,
            Duration latency) {

        static final ModelUsage NONE = new ModelUsage(0, 0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO, Duration.ZERO);

        static ModelUsage of(CallCost cost) {
            return new ModelUsage(
                    1,
                    cost.inputTokens(),
                    cost.outputTokens(),
                    cost.cachedTokens(),
                    cost.usd(),
                    cost.savedUsd(),
                    cost.latency());
        }

        /** What one unknown price makes unknown stays so. */
        ModelUsage plus(ModelUsage other) {
            return new ModelUsage(
                    calls + other.calls,
                    input + other.input,
                    output + other.output,
                    cached + other.cached,
                    sum(usd, other.usd),
                    sum(saved, other.saved),
                    latency.plus(other.latency));
        }

        private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
            return one == null || other == null ? null : one.add(other);
        }

        void put(ObjectNode json) {
            json.put("calls", calls)
                    .put("input_tokens", input)
                    .put("output_tokens", output)
                    .put("cached_tokens", cached)
                    .put("cost_usd", usd)
                    .put("cache_saved_usd", saved)
                    .put("latency_seconds", seconds(latency));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            // By way of a string, which may hold what is no valid text; it is replaced then.
            return MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(json)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A result cannot be written as JSON.", e);
        }
    }
}
