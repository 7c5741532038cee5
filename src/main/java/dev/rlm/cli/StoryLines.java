package dev.rlm.cli;

import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.BudgetShown;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.FunctionsOffered;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.journal.TaskEvent.SubCallsStarted;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.journal.TaskEvent.Value;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Tells a task's events as lines that a person can follow. */
final class StoryLines {

    private static final int SHORT = 110;

    private StoryLines() {}

    /** The lines of an entry; those of children are indented. */
    static List<String> of(Entry entry) {
        String indent = "      ".repeat(entry.level());
        return of(entry.event()).stream().map(line -> indent + line).toList();
    }

    private static List<String> of(TaskEvent event) {
        return switch (event) {
            case Submitted it ->
                List.of(
                        "models:   root %s, sub-calls %s".formatted(it.rootModel(), it.subModel()),
                        "limits:   %d turns, %d sub-calls, %d s"
                                .formatted(
                                        it.turns(),
                                        it.subCalls(),
                                        it.timeLimit().toSeconds()));
            case Resumed _ -> List.of("", "=== taken up again");
            case Routed it -> List.of("route:    %s. %s".formatted(it.route(), it.reason()));
            case DirectReplied it -> List.of("root model read it all: " + tokens(it.cost()));
            case Started _, ClocksSaid _, SubCallsStarted _, BudgetShown _, PromptsLocated _ -> List.of();
            case CellObserved it ->
                it.citations().stream().map(StoryLines::cited).toList();
            case EvidenceGathered it -> List.of("", covered(it.coverage()));
            case ClaimChecked it ->
                List.of(
                        "  > claim: " + oneLine(it.claim()),
                        "    %s by %s:%d: %s"
                                .formatted(
                                        it.verdict(),
                                        oneLine(it.citation().document()),
                                        it.citation().line(),
                                        oneLine(it.reason())));
            case TurnStarted it -> List.of("", "=== turn %d".formatted(it.turn()));
            case RootReplied it -> List.of("root model: " + tokens(it.cost()));
            case CellStarted it -> indented("--- cell %d".formatted(it.cell()), "  | ", it.code());
            case SubCallEnded it ->
                List.of("  > sub-call: %s".formatted(oneLine(it.promptStart())), "    " + outcome(it));
            case SubCallReused it ->
                List.of(
                        "  > sub-call, made before: %s".formatted(oneLine(it.promptStart())),
                        "    " + oneLine(it.reply()));
            case SubCallsRefused it ->
                List.of("  > %d sub-calls were refused: a limit is reached".formatted(it.prompts()));
            case ChildStarted it ->
                List.of("  > child, over %d characters: %s".formatted(it.characters(), oneLine(it.question())));
            case ChildEnded it ->
                List.of("    child %s: %s"
                        .formatted(
                                it.status(),
                                oneLine(Objects.requireNonNullElse(
                                        it.text(), Objects.requireNonNullElse(it.reason(), "")))));
            case Published it -> List.of("  > " + published(it));
            case Compacted it -> indented("--- older turns are summarised; " + it.kept() + " stay", "  ", it.summary());
            case LastReplied it -> List.of("root model, asked for the best value: " + oneLine(it.text()));
            case CellEnded it ->
                indented(
                        "--- output (%s, active %d ms)"
                                .formatted(it.status(), it.active().toMillis()),
                        "  ",
                        it.output());
            case FunctionsOffered it ->
                it.problems().stream().map(problem -> "missing:  " + problem).toList();
            case FunctionCalled it ->
                List.of(
                        "  > %s %s".formatted(it.function(), oneLine(it.arguments())),
                        "    "
                                + (it.result() == null
                                        ? "failed: " + oneLine(String.valueOf(it.failure()))
                                        : oneLine(it.result())));
            case CancelRequested _ -> List.of("", "=== cancel requested");
            case Finished it -> finished(it);
        };
    }

    private static String cited(Citation it) {
        return "  > cited %s:%d: %s".formatted(oneLine(it.document()), it.line(), oneLine(it.quote()));
    }

    private static String covered(Coverage it) {
        return "=== read: %d of %d characters by sub-models, %d by the root model, %d by searches"
                .formatted(it.bySubModels(), it.characters(), it.byRoot(), it.byScans());
    }

    private static String outcome(SubCallEnded it) {
        CallCost cost = it.cost();
        String reply = it.reply();
        String failure = it.failure();
        String text = reply == null ? "failed: " + failure : oneLine(reply);
        if (reply != null && failure != null) {
            text = "does not fit the schema: " + text + " (" + oneLine(failure) + ")";
        }
        return cost == null ? text : text + " (" + tokens(cost) + ")";
    }

    private static String published(Published it) {
        Value value = it.value();
        return value == null ? "publishes what is not taken: " + it.refusal() : "publishes: " + oneLine(value.text());
    }

    private static List<String> finished(Finished it) {
        String origin = Objects.requireNonNullElse(it.origin(), "");
        String body = Objects.requireNonNullElse(it.text(), Objects.requireNonNullElse(it.reason(), ""));
        return Stream.concat(Stream.of(""), indented("=== %s. %s".formatted(it.status(), origin), "", body).stream())
                .toList();
    }

    private static String tokens(CallCost cost) {
        return "%d tokens in, %d out, %d ms"
                .formatted(
                        cost.inputTokens(), cost.outputTokens(), cost.latency().toMillis());
    }

    private static List<String> indented(String heading, String indent, String body) {
        return Stream.concat(Stream.of(heading), body.lines().map(line -> indent + line))
                .toList();
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHORT ? line : line.substring(0, SHORT) + "...";
    }
}
