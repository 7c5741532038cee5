package dev.rlm.engine;

import dev.rlm.context.Context;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The turns of an earlier task, which make the root model's conversation what it was, message for message: a provider then
 * finds it in its prompt cache.
 */
final class PastTurns {

    private final FinalCheck check;
    private final Map<Integer, String> briefings = new HashMap<>();
    private final TreeMap<Integer, RootReplied> replies = new TreeMap<>();
    private final Map<Integer, List<CellEnded>> cells = new HashMap<>();
    private final Map<String, Compacted> compactions = new HashMap<>();

    private PastTurns(Session.Earlier task) {
        this.check = new FinalCheck(schema(task.asked()));
        task.own().forEach(this::read);
    }

    /** The conversation that a question goes on with; a new one if the question stands alone. */
    static Conversation conversation(Question question) {
        List<Session.Earlier> tasks = question.session().tasks();
        if (tasks.isEmpty()) {
            return new Conversation(Briefing.opening(question));
        }
        List<Context> contexts = question.contexts();
        Conversation conversation =
                new Conversation(Briefing.opening(asked(tasks.getFirst().asked(), contexts)));
        for (int i = 0; i < tasks.size(); i++) {
            Session.Earlier task = tasks.get(i);
            new PastTurns(task).addTo(conversation);
            Question next = i + 1 < tasks.size() ? asked(tasks.get(i + 1).asked(), contexts) : question;
            conversation.ask(Briefing.followUp(task, next));
        }
        return conversation;
    }

    private static Question asked(Submitted task, List<Context> contexts) {
        return new Question(task.question(), contexts, schema(task), Session.NONE, task.verify());
    }

    private static @Nullable JsonSchema schema(Submitted task) {
        try {
            return task.schema() == null ? null : JsonSchema.parse(task.schema());
        } catch (SchemaException e) {
            throw new IllegalStateException("A recorded schema cannot be read.", e);
        }
    }

    private void read(Entry entry) {
        switch (entry.event()) {
            case TurnStarted it -> briefings.put(it.turn(), it.briefing());
            case RootReplied it -> replies.put(it.turn(), it);
            case CellEnded it ->
                cells.computeIfAbsent(it.turn(), _ -> new ArrayList<>()).add(it);
            case Compacted it -> compactions.put(String.valueOf(entry.key()), it);
            default -> {}
        }
    }

    /** Adds the turns in which the root model replied, the last with what came of it. */
    private void addTo(Conversation conversation) {
        boolean nudged = false;
        for (RootReplied reply : replies.values()) {
            int turn = reply.turn();
            compact(StepKeys.compaction(turn), conversation);
            conversation.brief(briefings.getOrDefault(turn, ""));
            compact(StepKeys.compactionAgain(turn), conversation);
            conversation.add(reply);
            CodeOfReply code = CodeOfReply.of(reply);
            Optional<String> rejection =
                    code.isProse() && nudged ? check.written(code.prose()).rejection() : Optional.empty();
            nudged = code.isProse();
            boolean last = turn == replies.lastKey();
            conversation.answer(
                    outputs(cells.getOrDefault(turn, List.of()), code),
                    last && code.isProse() ? "" : rejection.orElse(code.note()));
        }
    }

    private void compact(String key, Conversation conversation) {
        Compacted compacted = compactions.get(key);
        if (compacted != null) {
            conversation.compact(compacted);
        }
    }

    private List<CellOutput> outputs(List<CellEnded> ended, CodeOfReply code) {
        List<CellOutput> outputs = new ArrayList<>();
        for (CellEnded cell : ended) {
            CellResult result = Cells.result(cell);
            FinalValue value = result.finalValue();
            outputs.add(CellOutput.of(cell.cell(), result, value == null ? Optional.empty() : check.rejection(value)));
        }
        boolean failed = outputs.isEmpty() || outputs.getLast().failed();
        if (failed && outputs.size() < code.cells().size()) {
            outputs.add(CellOutput.NOT_RUN);
        }
        return outputs;
    }
}
