package dev.rlm.sandbox;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers sub-calls without a model: "echo: ..." for each prompt, a failure for prompts with "fail", and delays. */
class StubCalls implements HostCalls {
    final AtomicInteger prompts = new AtomicInteger();
    private final long delayMillis;

    StubCalls() {
        this(0);
    }

    StubCalls(long delayMillis) {
        this.delayMillis = delayMillis;
    }

    @Override
    public List<Outcome> query(List<String> asked) throws InterruptedException {
        prompts.addAndGet(asked.size());
        Thread.sleep(delayMillis);
        return asked.stream()
                .map(prompt -> prompt.contains("fail")
                        ? (Outcome) new Outcome.Failure("the model refused this prompt")
                        : new Outcome.Reply("echo: " + prompt))
                .toList();
    }

    @Override
    public String budgetJson() {
        return "{\"sub_calls\": 42, \"usd\": null}";
    }
}
