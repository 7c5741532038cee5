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
 * Finds the best value in the REPL of a run that was stopped: the content of {@code answer} if the code set it, else the
 * variable whose name sounds most like a final value, else the one assigned last. What does not fit the schema of the
 * question is passed over.
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

    Salvage(Repl repl, FinalCheck check) {
        this.repl = repl;
        this.check = check;
    }

    /**
     * A partial answer: from the REPL, else what the root model wrote, else a failure.
     *
     * @param prose what it wrote instead of code in its last reply, or blank
     */
    Answer because(String reason, String prose) throws InterruptedException {
        Answer salvaged = fromRepl(reason);
        if (salvaged.status() != Answer.Status.FAILED || prose.isBlank()) {
            return salvaged;
        }
        FinalCheck.Written written = check.written(prose);
        return written.rejection().isEmpty() ? Answer.writtenAtLimit(written.value(), reason) : salvaged;
    }

    private Answer fromRepl(String reason) throws InterruptedException {
        Optional<FinalValue> content = read("answer")
                .flatMap(answer -> Json.member(answer.json(), "content"))
                .filter(check::fits);
        if (content.isPresent()) {
            return Answer.salvaged(content.get(), "answer", reason);
        }
        try {
            for (Variable candidate : candidates(repl.variables())) {
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

    /** The value of a variable; empty if it cannot be read, because it is too large, for example. */
    private Optional<FinalValue> read(String variable) throws InterruptedException {
        try {
            return Optional.of(repl.value(variable));
        } catch (SandboxException e) {
            return Optional.empty();
        }
    }

    /** The best first, from variables with the most recently assigned first. */
    private static List<Variable> candidates(List<Variable> variables) {
        return variables.stream()
                .filter(variable -> !NOT_DATA.contains(variable.type()))
                .filter(variable -> variable.size() != 0)
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
