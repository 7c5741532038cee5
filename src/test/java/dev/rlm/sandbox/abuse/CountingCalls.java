package dev.rlm.sandbox.abuse;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers each prompt with its length and its start, and counts the prompts. A child question is run as a cell of the
 * child's own REPL, which has children, too: the answer is how the cell ended and what it printed.
 */
final class CountingCalls implements HostCalls {
    private static final int LEVELS = 3;
    private static final Duration LIMIT_OF_CHILD = Duration.ofSeconds(1);
    private static final int OUTPUT_OF_CHILD = 2_000;

    private final Repl repl;
    private final int levels;
    private final AtomicInteger prompts;

    /** The calls of a cell in a REPL. */
    CountingCalls(Repl repl) {
        this(repl, LEVELS, new AtomicInteger());
    }

    private CountingCalls(Repl repl, int levels, AtomicInteger prompts) {
        this.repl = repl;
        this.levels = levels;
        this.prompts = prompts;
    }

    /** How many prompts and child questions there were so far, those of children included. */
    int prompts() {
        return prompts.get();
    }

    @Override
    public List<Outcome> query(List<String> asked) {
        prompts.addAndGet(asked.size());
        return asked.stream()
                .map(prompt -> (Outcome)
                        new Outcome.Reply(prompt.length() + ": " + prompt.substring(0, Math.min(40, prompt.length()))))
                .toList();
    }

    @Override
    public List<Outcome> ask(List<ChildQuestion> questions) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (ChildQuestion question : questions) {
            prompts.incrementAndGet();
            outcomes.add(answer(question));
        }
        return outcomes;
    }

    private Outcome answer(ChildQuestion question) throws InterruptedException {
        try (Repl child = repl.child(question.context(), 7, List.of())) {
            CellResult result = child.run(
                    new Repl.Cell(1, question.text()),
                    LIMIT_OF_CHILD,
                    OUTPUT_OF_CHILD,
                    new CountingCalls(child, levels - 1, prompts));
            String value =
                    result.finalValue() == null ? "" : " " + result.finalValue().text();
            return new Outcome.Reply(result.status() + value + "\n" + result.output());
        } catch (SandboxException e) {
            return new Outcome.Failure(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public int levels() {
        return levels;
    }

    @Override
    public String budgetJson() {
        return "{\"sub_calls\": 42}";
    }
}
