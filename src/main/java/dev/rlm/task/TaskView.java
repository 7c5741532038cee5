package dev.rlm.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TrajectoryPart;
import dev.rlm.sandbox.protocol.VisibleText;
import java.util.Map;
import java.util.Optional;

/**
 * What a person sees who watches a caller's tasks, as JSON. Models and documents wrote most of it, so every text has its
 * control characters made visible.
 */
public final class TaskView {

    /** How many tasks {@link #recent} lists. */
    private static final int RECENT = 20;

    private TaskView() {}

    /**
     * How a task stands ({@code task}, see {@link TaskReport}) and what has happened in it since the last look ({@code events},
     * {@code last}, {@code more}, see {@link TrajectoryPart}), with {@code answer_end}, where the part of the answer ends; empty if
     * the caller has no task with this id.
     *
     * @param after the number of the last event that was seen; 0 for none
     * @param answerOffset where the part of the answer starts, in characters
     */
    public static Optional<ObjectNode> of(CallerTasks own, String id, long after, long answerOffset) {
        // In this order: no event that the status tells of is missing then.
        Optional<TaskStatus> status = own.status(id);
        Optional<Journal> journal = own.journal(id);
        if (status.isEmpty() || journal.isEmpty()) {
            return Optional.empty();
        }
        TrajectoryPart part = TrajectoryPart.of(journal.get(), after);
        ObjectNode report = TaskReport.of(status.get(), answerOffset);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("task", visible(report));
        json.put(
                "answer_end",
                report.get("answer_offset").asLong()
                        + report.get("answer").asText("").length());
        ArrayNode events = json.putArray("events");
        part.events().forEach(event -> events.add(visible(event)));
        return Optional.of(json.put("last", part.last()).put("more", part.more()));
    }

    /** The tasks that were submitted last. */
    public static ObjectNode recent(CallerTasks own) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode listed = json.putArray("tasks");
        own.page(null, RECENT)
                .forEach(task ->
                        // One that is deleted meanwhile is left out.
                        own.request(task.id()).ifPresent(asked -> listed.add(visible(TaskReport.listed(task, asked)))));
        return json;
    }

    private static JsonNode visible(JsonNode node) {
        return switch (node) {
            case TextNode text -> TextNode.valueOf(VisibleText.of(text.textValue()));
            case ArrayNode array -> {
                ArrayNode all = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> all.add(visible(item)));
                yield all;
            }
            case ObjectNode object -> {
                ObjectNode all = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    all.set(VisibleText.of(member.getKey()), visible(member.getValue()));
                }
                yield all;
            }
            default -> node;
        };
    }
}
