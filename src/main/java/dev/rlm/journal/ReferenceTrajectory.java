package dev.rlm.journal;

import static dev.rlm.journal.EventJson.MAPPER;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.TaskEvent.TurnStarted;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal in the JSON lines that the visualiser of the reference implementation (github.com/alexzhang13/rlm)
 * reads: one line about the run, then one for each turn with its cells and their sub-calls.
 *
 * <p>A child question is one call, without what the child did. A turn's prompt has what was new to the root model in it, not the conversation so far. What the format has no place
 * for is left out: {@link Trajectory} has everything.
 */
public final class ReferenceTrajectory {

    private static final double NANOS = 1e9;

    private final Function<String, Optional<String>> texts;
    private final List<Turn> turns = new ArrayList<>();
    private final Map<Integer, Cell> cells = new TreeMap<>();
    private final Map<String, String> questions = new HashMap<>();
    private @Nullable Entry submission;
    private @Nullable Submitted submitted;
    private @Nullable Finished finished;
    private Instant last = Instant.EPOCH;

    private ReferenceTrajectory(Function<String, Optional<String>> texts) {
        this.texts = texts;
    }

    /**
     * Writes the entries of one task.
     *
     * @param entries all of them, in order
     * @param texts gives the whole prompts that were kept, by their SHA-256, such as {@link Journal#text}
     */
    public static void write(List<Entry> entries, Function<String, Optional<String>> texts, Writer writer)
            throws IOException {
        ReferenceTrajectory trajectory = new ReferenceTrajectory(texts);
        entries.forEach(trajectory::read);
        for (ObjectNode line : trajectory.lines()) {
            writer.write(line.toString());
            writer.write('\n');
        }
    }

    private static final class Turn {
        private final TurnStarted started;
        private final Instant time;
        private final List<Cell> cells = new ArrayList<>();
        private @Nullable RootReplied replied;

        Turn(TurnStarted started, Instant time) {
            this.started = started;
            this.time = time;
        }
    }

    private static final class Cell {
        private final CellStarted started;
        private final List<ObjectNode> calls = new ArrayList<>();
        private @Nullable CellEnded ended;

        Cell(CellStarted started) {
            this.started = started;
        }
    }

    private void read(Entry entry) {
        last = entry.time();
        if (entry.child() != null) {
            return;
        }
        switch (entry.event()) {
            case Submitted it -> {
                submission = entry;
                submitted = it;
            }
            case TurnStarted it -> turns.add(new Turn(it, entry.time()));
            case RootReplied it -> turns.getLast().replied = it;
            case CellStarted it -> {
                Cell cell = new Cell(it);
                cells.put(it.cell(), cell);
                turns.getLast().cells.add(cell);
            }
            case SubCallEnded it -> {
                Cell cell = cells.get(it.cell());
                if (cell != null) {
                    cell.calls.add(call(it));
                }
            }
            case SubCallReused it -> {
                Cell cell = cells.get(it.cell());
                if (cell != null) {
                    cell.calls.add(call(it));
                }
            }
            case ChildStarted it -> questions.put(String.valueOf(entry.key()), it.question());
            case ChildEnded it -> {
                Cell cell = cells.get(it.cell());
                if (cell != null) {
                    cell.calls.add(call(questions.getOrDefault(entry.key() + "/start", ""), it));
                }
            }
            case CellEnded it -> {
                Cell cell = cells.get(it.cell());
                if (cell != null) {
                    cell.ended = it;
                }
            }
            case Finished it -> finished = it;
            default -> {}
        }
    }

    private List<ObjectNode> lines() {
        List<ObjectNode> lines = new ArrayList<>();
        lines.add(metadata());
        for (int i = 0; i < turns.size(); i++) {
            lines.add(iteration(i));
        }
        return lines;
    }

    private ObjectNode metadata() {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("type", "metadata");
        line.put("timestamp", submission == null ? null : submission.time().toString());
        line.put("root_model", submitted == null ? null : submitted.rootModel());
        line.put("max_depth", submitted == null ? 1 : submitted.options().depth() + 1);
        line.put("max_iterations", submitted == null ? null : submitted.turns());
        line.put("backend", "rlm");
        ObjectNode backend = line.putObject("backend_kwargs");
        backend.put("model_name", submitted == null ? null : submitted.rootModel());
        line.put("environment_type", "sandbox");
        line.putObject("environment_kwargs");
        ArrayNode others = line.putArray("other_backends");
        if (submitted != null) {
            others.add(submitted.subModel());
        }
        return line;
    }

    private ObjectNode iteration(int index) {
        Turn turn = turns.get(index);
        boolean isLast = index + 1 == turns.size();
        Instant end = isLast ? last : turns.get(index + 1).time;
        ObjectNode line = MAPPER.createObjectNode();
        line.put("type", "iteration");
        line.put("iteration", index + 1);
        line.put("timestamp", turn.time.toString());
        ObjectNode message = line.putArray("prompt").addObject();
        message.put("role", "user");
        message.put("content", news(index) + "\n\n" + turn.started.briefing());
        line.put("response", turn.replied == null ? "" : turn.replied.text());
        ArrayNode blocks = line.putArray("code_blocks");
        turn.cells.forEach(cell -> put(blocks.addObject(), cell));
        line.put("final_answer", isLast && finished != null ? finished.text() : null);
        line.put("iteration_time", seconds(Duration.between(turn.time, end)));
        return line;
    }

    private String news(int index) {
        if (index == 0) {
            return "Question:\n" + (submitted == null ? "" : submitted.question());
        }
        return String.join(
                "\n\n",
                turns.get(index - 1).cells.stream()
                        .map(cell -> cell.ended == null ? "" : cell.ended.output())
                        .toList());
    }

    private void put(ObjectNode block, Cell cell) {
        block.put("code", cell.started.code());
        CellEnded ended = cell.ended;
        ObjectNode result = block.putObject("result");
        result.put("stdout", ended == null ? "" : ended.output());
        result.put("stderr", ended == null || ended.error() == null ? "" : ended.error());
        result.putObject("locals");
        result.put("execution_time", ended == null ? 0 : seconds(ended.active()));
        ArrayNode calls = result.putArray("rlm_calls");
        calls.addAll(cell.calls);
        result.put(
                "final_answer",
                ended == null || ended.value() == null ? null : ended.value().text());
    }

    private ObjectNode call(SubCallEnded call) {
        ObjectNode json = MAPPER.createObjectNode();
        CallCost cost = call.cost();
        json.put("root_model", cost == null ? null : cost.model());
        json.put("prompt", texts.apply(call.promptSha256()).orElse(call.promptStart()));
        json.put("response", call.reply() == null ? "" : call.reply());
        json.put("prompt_tokens", cost == null ? 0 : cost.inputTokens());
        json.put("completion_tokens", cost == null ? 0 : cost.outputTokens());
        json.put("execution_time", cost == null ? 0 : seconds(cost.latency()));
        if (call.failure() != null) {
            json.put("error", call.failure());
        }
        return json;
    }

    private ObjectNode call(SubCallReused call) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("root_model", submitted == null ? null : submitted.subModel());
        json.put("prompt", texts.apply(call.promptSha256()).orElse(call.promptStart()));
        json.put("response", call.reply());
        json.put("prompt_tokens", 0);
        json.put("completion_tokens", 0);
        json.put("execution_time", 0);
        return json;
    }

    private ObjectNode call(String question, ChildEnded child) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("root_model", submitted == null ? null : submitted.subModel());
        json.put("prompt", question);
        json.put("response", child.text() == null ? "" : child.text());
        json.put("prompt_tokens", 0);
        json.put("completion_tokens", 0);
        json.put("execution_time", 0);
        if (child.reason() != null) {
            json.put("error", child.reason());
        }
        return json;
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS;
    }
}
