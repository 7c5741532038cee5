package dev.rlm.sandbox;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers sub-calls without a model: "echo: ..." for each prompt, a failure for prompts with "fail", and delays. */
class StubCalls implements HostCalls {
    final AtomicInteger prompts = new AtomicInteger();
    private final long delayMillis;
    private final CountDownLatch asked;

    StubCalls() {
        this(0);
    }

    StubCalls(long delayMillis) {
        this(delayMillis, 1);
    }

    /** Answers nobody before so many prompts are asked at the same time. */
    StubCalls(long delayMillis, int together) {
        this.delayMillis = delayMillis;
        this.asked = new CountDownLatch(together);
    }

    /** Waits until the prompts are asked before which nobody is answered; false if they never are. */
    boolean awaitAsked() throws InterruptedException {
        return asked.await(2, TimeUnit.MINUTES);
    }

    @Override
    public List<Outcome> query(List<String> batch) throws InterruptedException {
        prompts.addAndGet(batch.size());
        batch.forEach(_ -> asked.countDown());
        if (!awaitAsked()) {
            throw new IllegalStateException("Too few prompts are asked at the same time.");
        }
        Thread.sleep(delayMillis);
        return batch.stream()
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
