package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.model.ModelException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LimitedModelTest {

    private static final int FAR_TOO_HIGH = 64;
    private static final ModelRequest REQUEST = ModelRequest.prompt("?", Instant.MAX);

    @Test
    void halvesTheLimitOnThrottlingOnly() throws Exception {
        CallLimiter limiter = new CallLimiter(8, Clock.systemUTC());
        LanguageModel model = new LimitedModel(
                new FakeModel(
                        List.of(new ModelException(Kind.UNAVAILABLE, "x"), new ModelException(Kind.THROTTLED, "x"))),
                limiter);
        assertThatThrownBy(() -> model.complete(REQUEST)).isInstanceOf(ModelException.class);
        assertThat(limiter.limit()).isEqualTo(8);
        assertThatThrownBy(() -> model.complete(REQUEST)).isInstanceOf(ModelException.class);
        assertThat(limiter.limit()).isEqualTo(4);
        assertThat(model.complete(REQUEST)).isEqualTo(FakeModel.REPLY);
    }

    @Test
    void givesItsPlaceBackHoweverTheCallEnds() throws Exception {
        CallLimiter limiter = new CallLimiter(1, Clock.systemUTC());
        LanguageModel broken = new LimitedModel(new BrokenModel(), limiter);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> broken.complete(REQUEST)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(new LimitedModel(new FakeModel(List.of()), limiter).complete(REQUEST))
                .isEqualTo(FakeModel.REPLY);
    }

    @Test
    void settlesNearTheCapacityOfTheProvider() throws Exception {
        CallLimiter limiter = new CallLimiter(256, Clock.systemUTC());
        CrowdedModel crowded = new CrowdedModel(10, limiter);
        LanguageModel model = new RetryingModel(
                new LimitedModel(crowded, limiter),
                RetrySettings.DEFAULT,
                Clock.systemUTC(),
                wait -> Thread.sleep(1),
                () -> 0.5);
        List<Future<ModelReply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                replies.add(threads.submit(() -> model.complete(REQUEST)));
            }
        }
        for (Future<ModelReply> reply : replies) {
            assertThat(reply.get()).isEqualTo(FakeModel.REPLY);
        }
        assertThat(limiter.limit()).isLessThan(FAR_TOO_HIGH);
    }

    /** Throttles calls beyond a number in flight. As long as the limit is far too high, the others last. */
    private static final class CrowdedModel implements LanguageModel {

        private final int capacity;
        private final CallLimiter limiter;
        private final AtomicInteger inFlight = new AtomicInteger();

        private CrowdedModel(int capacity, CallLimiter limiter) {
            this.capacity = capacity;
            this.limiter = limiter;
        }

        @Override
        public ModelId id() {
            return ModelId.parse("fake:crowded");
        }

        @Override
        public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
            try {
                if (inFlight.incrementAndGet() > capacity) {
                    throw new ModelException(Kind.THROTTLED, "slow down");
                }
                await().atMost(Duration.ofMinutes(1)).until(() -> limiter.limit() < FAR_TOO_HIGH);
                Thread.sleep(2);
                return FakeModel.REPLY;
            } finally {
                inFlight.decrementAndGet();
            }
        }
    }

    private static final class BrokenModel implements LanguageModel {

        @Override
        public ModelId id() {
            return ModelId.parse("fake:broken");
        }

        @Override
        public ModelReply complete(ModelRequest request) {
            throw new IllegalStateException("A defect.");
        }
    }
}
