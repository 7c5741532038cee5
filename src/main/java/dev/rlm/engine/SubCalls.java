package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.journal.TaskEvent.SubCallsStarted;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.HostCalls;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sub-calls of one question: each within the budget, each a recorded step, at most so many at a time, whichever cell
 * or thread they come from. A call that fails or is refused is a {@link HostCalls.Outcome.Failure} and leaves the others.
 */
final class SubCalls {

    private static final System.Logger LOG = System.getLogger(SubCalls.class.getName());

    private final Role role;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;
    private final ConcurrentMap<String, Integer> occurrences = new ConcurrentHashMap<>();

    SubCalls(Role role, EngineSettings settings, Clock clock, Journal journal, Ledger ledger) {
        this.role = role;
        this.callTime = settings.callTime();
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    /** What the code of this cell can ask for. */
    HostCalls ofCell(int cell) {
        return new HostCalls() {
            @Override
            public List<Outcome> query(List<String> prompts) throws InterruptedException {
                return answerAll(cell, prompts);
            }

            @Override
            public String budgetJson() {
                return BudgetView.of(ledger).toJson();
            }
        };
    }

    private List<HostCalls.Outcome> answerAll(int cell, List<String> prompts) throws InterruptedException {
        if (ledger.subCallsLeft() <= 0) {
            // Code may ask on and on, so this leaves no record; those of a batch that has reached the limit do.
            return Collections.nCopies(prompts.size(), new HostCalls.Outcome.Failure(ledger.noSubCallsLeft()));
        }
        journal.record(new SubCallsStarted(cell, prompts.size()));
        AtomicBoolean abandoned = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        List<Callable<HostCalls.Outcome>> calls = new ArrayList<>(prompts.size());
        for (String prompt : prompts) {
            String hash = sha256(prompt);
            // Numbered before any of them runs, so that a prompt keeps its key whatever the order of the replies.
            int occurrence = occurrences.merge(cell + "/" + hash, 1, Integer::sum);
            String key = "cell/" + cell + "/llm/" + hash + "/" + occurrence;
            calls.add(() -> answerUnless(abandoned, () -> answer(cell, key, hash, prompt, refused)));
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<HostCalls.Outcome> outcomes = new ArrayList<>(calls.size());
            for (Future<HostCalls.Outcome> done : threads.invokeAll(calls)) {
                outcomes.add(done.get());
            }
            if (refused.get() > 0) {
                journal.record(new SubCallsRefused(cell, refused.get()));
            }
            return outcomes;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException();
            }
            throw new IllegalStateException("A sub-call ended with an error of the program.", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Waits for a slot. The first call of a batch that is interrupted keeps those behind it from being made. */
    private HostCalls.Outcome answerUnless(AtomicBoolean abandoned, Callable<HostCalls.Outcome> call) throws Exception {
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            if (abandoned.get()) {
                throw new InterruptedException();
            }
            return call.call();
        } catch (InterruptedException e) {
            abandoned.set(true);
            throw e;
        }
    }

    private HostCalls.Outcome answer(int cell, String key, String hash, String prompt, AtomicInteger refused)
            throws InterruptedException {
        try {
            Ledger.Reservation reservation = ledger.reserveSubCall(role.estimate(TokenEstimate.of(prompt)));
            try {
                SubCallEnded ended = journal.<SubCallEnded, RuntimeException>step(
                        key, SubCallEnded.class, () -> ask(cell, hash, prompt));
                reservation.settle(Role.charge(ended.cost()));
                return outcome(ended);
            } finally {
                reservation.refund();
            }
        } catch (BudgetExceededException e) {
            refused.incrementAndGet();
            return new HostCalls.Outcome.Failure(e.getMessage());
        }
    }

    private SubCallEnded ask(int cell, String hash, String prompt) throws InterruptedException {
        Instant start = clock.instant();
        try {
            ModelReply reply =
                    role.model().complete(ModelRequest.prompt(prompt, ledger.deadlineOf(start.plus(callTime))));
            CallCost cost = role.cost(reply.usage(), Duration.between(start, clock.instant()));
            if (reply.text().isBlank()) {
                return ended(cell, hash, prompt, null, emptyReply(reply.stop()), cost);
            }
            return ended(cell, hash, prompt, reply.text(), null, cost);
        } catch (ModelException e) {
            return ended(cell, hash, prompt, null, e.getMessage(), null);
        } catch (RuntimeException e) {
            // One call's error of the program must not cost the replies of the others.
            LOG.log(System.Logger.Level.ERROR, "A sub-call ended with an error of the program.", e);
            return ended(cell, hash, prompt, null, "The server failed to make this call.", null);
        }
    }

    private static String emptyReply(ModelReply.StopReason stop) {
        return switch (stop) {
            case OUTPUT_LIMIT ->
                "The sub-model used all its output tokens before it wrote a reply; ask for less at a time.";
            case WITHHELD -> "The provider withheld the sub-model's reply.";
            case COMPLETE, TOOL_CALLS, OTHER -> "The sub-model's reply was empty.";
        };
    }

    private static HostCalls.Outcome outcome(SubCallEnded ended) {
        String reply = ended.reply();
        return reply != null
                ? new HostCalls.Outcome.Reply(reply)
                : new HostCalls.Outcome.Failure(String.valueOf(ended.failure()));
    }

    private static SubCallEnded ended(
            int cell,
            String hash,
            String prompt,
            @Nullable String reply,
            @Nullable String failure,
            @Nullable CallCost cost) {
        int end = Math.min(prompt.length(), SubCallEnded.PROMPT_START);
        String start = prompt.substring(0, Character.isHighSurrogate(prompt.charAt(end - 1)) ? end - 1 : end);
        return new SubCallEnded(cell, start, prompt.length(), hash, reply, failure, cost);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
