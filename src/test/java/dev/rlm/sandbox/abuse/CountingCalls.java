package dev.rlm.sandbox.abuse;

import dev.rlm.sandbox.HostCalls;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each prompt with its length and its start, and counts the prompts. */
final class CountingCalls implements HostCalls {
    private final AtomicInteger prompts = new AtomicInteger();

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
    public String budgetJson() {
        return "{\"sub_calls\": 42}";
    }
}
