package dev.rlm.engine;

import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.sandbox.SandboxException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the best value of a run that was stopped: what the code published last, else the content of {@code answer} if the
 * code set it, else the variable that the root model chooses in one last call, or its own words if it chooses none; if it
 * cannot be asked or its choice cannot be used, the variable whose name sounds most like a final value, else the one
 * assigned last. What does not fit the schema of the question is passed over, and so is what earlier questions of the
 * session left, unless the root model chooses it.
 */
final class Salvage {

    private static final Set<String> NOT_DATA = Set.of("function", "module", "type", "builtin_function_or_method");

    /** The better a name sounds, the earlier it stands. */
    private static final List<String> FINAL_SOUNDING = List.of(
            "final_answer",
            "final_result",
            "final",
            "answer",
            "result",
            "solution",
            "output",
            "summary",
            "total",
            "count");

    private static final int CANDIDATES = 5;

    private final Repl repl;
    private final FinalCheck check;
    private final Publications publications;
    private final OwnValues own;
    private final LastCall lastCall;

    Salvage(Repl repl, FinalCheck check, Publications publications, OwnValues own, LastCall lastCall) {
        this.repl = repl;
        this.check = check;
        this.publications = publications;
        this.own = own;
        this.lastCall = lastCall;
    }

    /**
     * Why a run was stopped.
     *
     * @param reason a sentence
     * @param modelAnswers whether the root model can be asked once more
     * @param anyCellSucceeded whether the root model has seen anything; if not, its words count for nothing
     * @param prose what it wrote instead of code in its last reply, or blank
     */
    record Stop(String reason, boolean modelAnswers, boolean anyCellSucceeded, String prose) {}

    /** A partial answer: the best there is, at last what the root model wrote in its last turn; else a failure. */
    Answer after(Stop stop) throws InterruptedException {
        Optional<FinalValue> published = publications.latest();
        if (published.isPresent()) {
            return Answer.published(published.get(), stop.reason());
        }
        Answer salvaged = fromRepl(stop);
        if (salvaged.status() != Answer.Status.FAILED || stop.prose().isBlank()) {
            return salvaged;
        }
        FinalCheck.Written written = check.written(stop.prose());
        return written.rejection().isEmpty() ? Answer.writtenAtLimit(written.value(), stop.reason()) : salvaged;
    }

    private Answer fromRepl(Stop stop) throws InterruptedException {
        String reason = stop.reason();
        Optional<FinalValue> content = own.mayHaveAnswer() ? contentOfAnswer() : Optional.empty();
        if (content.isPresent()) {
            return Answer.salvaged(content.get(), "answer", reason);
        }
        try {
            List<Variable> variables = data(repl.variables());
            Optional<Answer> chosen =
                    stop.modelAnswers() && !variables.isEmpty() ? chosen(stop, variables) : Optional.empty();
            if (chosen.isPresent()) {
                return chosen.get();
            }
            for (Variable candidate : candidates(own.of(variables))) {
                Optional<FinalValue> value = read(candidate.name()).filter(check::fits);
                if (value.isPresent()) {
                    return Answer.salvaged(value.get(), candidate.name(), reason);
                }
            }
            return Answer.failed(reason
                    + (check.isTyped()
                            ? " There was no value that fits the schema."
                            : " The REPL held no value that could be an answer."));
        } catch (SandboxException e) {
            return Answer.failed(reason + " No value could be read from the REPL: " + e.getMessage());
        }
    }

    private Optional<FinalValue> contentOfAnswer() throws InterruptedException {
        return read("answer")
                .flatMap(answer -> Json.member(answer.json(), "content"))
                .filter(check::fits);
    }

    private Optional<Answer> chosen(Stop stop, List<Variable> variables) throws InterruptedException {
        return switch (lastCall.choose(stop.reason(), variables).orElse(null)) {
            case null -> Optional.empty();
            case LastCall.Choice.Chosen(String name) ->
                read(name).filter(check::fits).map(value -> Answer.chosen(value, name, stop.reason()));
            case LastCall.Choice.Words(String text) -> {
                FinalCheck.Written written = check.written(text);
                yield stop.anyCellSucceeded() && written.rejection().isEmpty()
                        ? Optional.of(Answer.ownWords(written.value(), stop.reason()))
                        : Optional.empty();
            }
        };
    }

    /** The value of a variable; empty if it cannot be read, because it is too large, for example. */
    private Optional<FinalValue> read(String variable) throws InterruptedException {
        try {
            return Optional.of(repl.value(variable));
        } catch (SandboxException e) {
            return Optional.empty();
        }
    }

    /** The variables that may be an answer. */
    private static List<Variable> data(List<Variable> variables) {
        return variables.stream()
                .filter(variable -> !NOT_DATA.contains(variable.type()) && variable.size() != 0)
                .toList();
    }

    /** The best first, from variables with the most recently assigned first. */
    private static List<Variable> candidates(List<Variable> variables) {
        return variables.stream()
                .filter(variable ->
                        variable.name().length() > 1 && !variable.name().startsWith("_"))
                .sorted(Comparator.comparingInt(variable -> rank(variable.name())))
                .limit(CANDIDATES)
                .toList();
    }

    private static int rank(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < FINAL_SOUNDING.size(); i++) {
            String word = FINAL_SOUNDING.get(i);
            if (lower.equals(word) || lower.equals(word + "s")) {
                return i;
            }
        }
        List<String> words = List.of(lower.split("_"));
        for (int i = 0; i < FINAL_SOUNDING.size(); i++) {
            String word = FINAL_SOUNDING.get(i);
            if (words.contains(word) || words.contains(word + "s")) {
                return FINAL_SOUNDING.size() + i;
            }
        }
        return Integer.MAX_VALUE;
    }
}
