package dev.rlm.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.budget.Charge;
import dev.rlm.engine.Writing;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.TaskStatus.Publication;
import java.math.RoundingMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task's status as JSON, the same over every door. */
public final class TaskReport {

    /** How much of an answer one report holds, in characters. */
    public static final int ANSWER_PART = 20_000;

    /** How many citations one report holds. */
    private static final int CITATIONS = 10;

    private static final int QUESTION_START = 200;

    private static final int PUBLISHED_START = 80;

    private static final int WRITING_END = 60;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TaskReport() {}

    /**
     * The report with a part of the answer.
     *
     * @param answerOffset where the part starts in the answer, in characters; the part has at most {@value #ANSWER_PART}
     */
    public static ObjectNode of(TaskStatus status, long answerOffset) {
        return report(status, answerOffset, ANSWER_PART);
    }

    /** The report with the whole answer. */
    public static ObjectNode whole(TaskStatus status) {
        return report(status, 0, Integer.MAX_VALUE);
    }

    /**
     * A task in a list of tasks.
     *
     * @param asked what was asked; of a long question only the beginning is told
     */
    public static ObjectNode listed(StoredTask task, Submitted asked) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("task_id", task.id());
        json.put("state", task.state());
        String question = asked.question();
        json.put(
                "question",
                question.codePointCount(0, question.length()) <= QUESTION_START
                        ? question
                        : question.substring(0, question.offsetByCodePoints(0, QUESTION_START)) + "…");
        asked.contextIds().forEach(json.putArray("context_ids")::add);
        json.put("submitted_at", task.submitted().toString());
        json.put("ended_at", text(task.ended()));
        return json;
    }

    /** One line about how a task goes, for people. */
    public static String line(TaskStatus status) {
        if (status.writing() != null) {
            return line(status, status.writing());
        }
        Charge total = status.spending().total();
        String cost = total.usd() == null
                ? ""
                : ", " + total.usd().setScale(4, RoundingMode.HALF_UP).toPlainString() + " USD";
        return "turn %d of %d, %d of %d sub-calls, %d tokens in, %d out%s: %s%s"
                .formatted(
                        status.turn(),
                        status.request().turns(),
                        status.spending().subCalls(),
                        status.request().subCalls(),
                        total.inputTokens(),
                        total.outputTokens(),
                        cost,
                        status.phase(),
                        published(status));
    }

    /** What has not changed since the turn began is left out, so that the text is seen on short lines, too. */
    private static String line(TaskStatus status, Writing writing) {
        String text = writing.end().strip().replaceAll("\\s+", " ");
        int end = text.codePointCount(0, text.length());
        return "turn %d of %d, root model writing %s, %d characters: %s"
                .formatted(
                        writing.turn(),
                        status.request().turns(),
                        writing.kind().label(),
                        writing.characters(),
                        end <= WRITING_END
                                ? text
                                : "…" + text.substring(text.offsetByCodePoints(0, end - WRITING_END)));
    }

    private static String published(TaskStatus status) {
        Publication published = status.published();
        if (published == null || status.state().ended()) {
            return "";
        }
        String text = published.value().text().strip().replaceAll("\\s+", " ");
        return "; published so far: "
                + (text.codePointCount(0, text.length()) <= PUBLISHED_START
                        ? text
                        : text.substring(0, text.offsetByCodePoints(0, PUBLISHED_START)) + "…");
    }

    private static ObjectNode report(TaskStatus status, long answerOffset, int answerPart) {
        Submitted request = status.request();
        Charge total = status.spending().total();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("task_id", status.id());
        json.put("version", status.version());
        json.put("state", status.state().label());
        json.put("phase", status.phase());
        json.put("question", request.question());
        request.contextIds().forEach(json.putArray("context_ids")::add);
        request.follows().forEach(json.putArray("follows")::add);
        json.put("root_model", request.rootModel());
        json.put("sub_model", request.subModel());
        json.set("route", route(status.route()));
        json.put("turn", status.turn());
        json.put("max_turns", request.turns());
        json.put("sub_calls", status.spending().subCalls());
        json.put("sub_calls_waiting", status.subCallsWaiting());
        json.put("sub_calls_failed", status.subCallsFailed());
        json.put("max_sub_calls", request.subCalls());
        putFunctions(json, status);
        ObjectNode tokens = json.putObject("tokens");
        tokens.put("input", total.inputTokens());
        tokens.put("output", total.outputTokens());
        tokens.put("cached", total.cachedTokens());
        json.put("cost_usd", total.usd());
        json.put("cache_saved_usd", status.savedUsd());
        json.put("max_cost_usd", request.usd());
        json.put("submitted_at", status.submitted().toString());
        json.put("started_at", text(status.started()));
        json.put("ended_at", text(status.ended()));
        json.put("last_output", status.lastOutput());
        putPublished(json, status, answerPart);
        json.set("writing", writing(status.writing()));
        putAnswer(json, status.result(), answerOffset, answerPart);
        EvidenceReport.put(json, status, CITATIONS);
        json.put("next", next(status, json));
        return json;
    }

    /** How often code has called functions of other servers. */
    static void putFunctions(ObjectNode json, TaskStatus status) {
        ArrayNode functions = json.putArray("function_calls");
        status.functions()
                .forEach(each -> functions
                        .addObject()
                        .put("function", each.name())
                        .put("calls", each.calls())
                        .put("failed", each.failed()));
    }

    /** How a question is answered, as JSON; JSON's null if that is not chosen yet. */
    static JsonNode route(@Nullable Routed route) {
        return route == null
                ? NullNode.getInstance()
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("kind", route.route())
                        .put("depth", route.depth())
                        .put("reason", route.reason())
                        .put("estimated_cost_usd", route.usd());
    }

    private static JsonNode writing(@Nullable Writing writing) {
        return writing == null
                ? NullNode.getInstance()
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("turn", writing.turn())
                        .put("kind", writing.kind().label())
                        .put("characters", writing.characters())
                        .put("end", writing.end());
    }

    /** What was published counts until there is an answer. */
    private static void putPublished(ObjectNode json, TaskStatus status, int part) {
        Publication published = status.published();
        Finished result = status.result();
        if (published == null || (result != null && result.text() != null)) {
            json.putNull("published");
            return;
        }
        String text = published.value().text();
        String value = published.value().json();
        ObjectNode partial = json.putObject("published");
        partial.put("at", published.at().toString());
        partial.put("cell", published.cell());
        partial.put("answer", text.substring(0, Math.min(part, text.length())));
        partial.put("answer_characters", text.length());
        partial.set("value", value.length() > part ? NullNode.getInstance() : parse(value));
    }

    private static void putAnswer(ObjectNode json, @Nullable Finished result, long offset, int part) {
        String answer = result == null ? null : result.text();
        String value = result == null ? null : result.json();
        int length = answer == null ? 0 : answer.length();
        int start = (int) Math.min(Math.max(offset, 0), length);
        int end = start + Math.min(part, length - start);
        json.put("answer", answer == null ? null : answer.substring(start, end));
        json.put("answer_offset", start);
        json.put("answer_characters", length);
        json.set("value", value == null || value.length() > part ? NullNode.getInstance() : parse(value));
        json.put("origin", result == null ? null : result.origin());
        json.put("reason", result == null ? null : result.reason());
    }

    private static String next(TaskStatus status, ObjectNode json) {
        int end = json.get("answer_offset").asInt()
                + json.get("answer").asText("").length();
        if (status.state().ended() && end < json.get("answer_characters").asInt()) {
            return "The answer goes on: call rlm_status with this task_id and answer_offset " + end + ".";
        }
        return switch (status.state()) {
            case QUEUED, RUNNING ->
                "Call rlm_status with this task_id and wait_seconds 45 until the state is no longer queued or"
                        + " running.";
            case ANSWERED ->
                (json.path("verification").path("note").isTextual()
                                ? "Use the answer with care: `verification` says which of its claims are not supported."
                                : "Use the answer.")
                        + " For a follow-up question, call rlm_ask with this task_id as `session`.";
            case PARTIAL -> "Use the answer with care, or ask again with higher limits.";
            case FAILED -> "Read the reason; change the question, the models or the limits, and ask again.";
            case CANCELLED -> "Ask again if the answer is still needed.";
        };
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A final value is not JSON.", e);
        }
    }
}
