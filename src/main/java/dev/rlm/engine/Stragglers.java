package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The model of one batch of sub-calls, which asks the batch's slowest calls a second time: those that are still under way
 * when most of the others have a reply, and take more than twice as long as most of them took. The reply that comes first
 * counts, and the other request is abandoned. These are the hedged requests of Dean and Barroso, <em>The Tail at
 * Scale</em> (CACM 56(2), 2013). A second request is made only within the budget; what it reads is counted in the usage of
 * the reply, as a provider charges for it. Thread-safe.
 */
final class Stragglers implements LanguageModel {

    /** In a smaller batch nobody knows what is slow. */
    static final int LEAST_CALLS = 8;

    /** When more than this part of the calls has a reply, the others are late. */
    private static final double MOST = 0.75;

    /** How many times as long as most others a late call must have taken. */
    private static final int TIMES = 2;

    /** Calls that have not taken this long are no stragglers. */
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    private static final long LOOK_MS = 50;

    private final Role role;
    private final int calls;
    private final Clock clock;
    private final Ledger ledger;
    private final List<Duration> times = Collections.synchronizedList(new ArrayList<>());

    Stragglers(Role role, int calls, Clock clock, Ledger ledger) {
        this.role = role;
        this.calls = calls;
        this.clock = clock;
        this.ledger = ledger;
    }

    @Override
    public ModelId id() {
        return role.model().id();
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        Instant start = clock.instant();
        try (Race race = new Race(request)) {
            ModelReply reply = race.run(start);
            times.add(Duration.between(start, clock.instant()));
            return reply;
        }
    }

    private boolean isLate(Instant start) {
        List<Duration> known;
        synchronized (times) {
            known = new ArrayList<>(times);
        }
        int most = (int) Math.ceil(calls * MOST);
        if (known.size() < most) {
            return false;
        }
        Collections.sort(known);
        Duration slow = known.get(most - 1).multipliedBy(TIMES);
        return Duration.between(start, clock.instant()).compareTo(slow.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : slow)
                > 0;
    }

    /** One request, and perhaps another like it. */
    private final class Race implements AutoCloseable {
        private final ModelRequest request;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final CompletionService<ModelReply> replies = new ExecutorCompletionService<>(threads);

        Race(ModelRequest request) {
            this.request = request;
        }

        ModelReply run(Instant start) throws ModelException, InterruptedException {
            replies.submit(() -> role.model().complete(request));
            Future<ModelReply> first = replies.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            while (first == null && !isLate(start)) {
                first = replies.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            }
            if (first != null) {
                return reply(first);
            }
            long tokens = request.messages().stream()
                    .mapToLong(message -> message instanceof Message.User user ? TokenEstimate.of(user.text()) : 0)
                    .sum();
            Ledger.Reservation second;
            try {
                second = ledger.reserveSubCall(role.estimate(tokens));
            } catch (BudgetExceededException e) {
                return reply(replies.take());
            }
            try {
                replies.submit(() -> {
                    try (Ledger.Slot _ = ledger.awaitSlot()) {
                        return role.model().complete(request);
                    }
                });
                return withSecond(tokens, firstReply());
            } finally {
                // What it has used is counted with the reply.
                second.refund();
            }
        }

        /** The reply that comes first; the failure of one request leaves the other. */
        private ModelReply firstReply() throws ModelException, InterruptedException {
            try {
                return reply(replies.take());
            } catch (ModelException e) {
                return reply(replies.take());
            }
        }

        private static ModelReply withSecond(long tokens, ModelReply reply) {
            return new ModelReply(
                    reply.text(),
                    reply.toolCalls(),
                    reply.usage().plus(new Usage(tokens, 0, 0, 0)),
                    reply.stop(),
                    reply.model());
        }

        private static ModelReply reply(Future<ModelReply> ended) throws ModelException, InterruptedException {
            try {
                return ended.get();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case ModelException failure -> throw failure;
                    case InterruptedException _ -> throw new InterruptedException();
                    case RuntimeException error -> throw error;
                    case null, default -> throw new IllegalStateException("A call ended with an error.", e.getCause());
                }
            }
        }

        /** Abandons what is still under way. */
        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
