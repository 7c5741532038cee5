package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.model.CallLimiter.Outcome;
import dev.rlm.model.CallLimiter.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CallLimiterTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void halvesOnceForAllCallsThatWereThrottledTogether() throws Exception {
        CallLimiter limiter = limiter(64);
        List<Place> places = acquire(limiter, 64);
        places.forEach(place -> limiter.release(place, Outcome.THROTTLED));
        assertThat(limiter.limit()).isEqualTo(32);
    }

    @Test
    void halvesAgainForCallsThatBeganAfterwards() throws Exception {
        CallLimiter limiter = limiter(64);
        for (int expected : new int[] {32, 16, 8, 4, 2, 1, 1, 1}) {
            limiter.release(acquire(limiter, 1).getFirst(), Outcome.THROTTLED);
            assertThat(limiter.limit()).isEqualTo(expected);
        }
    }

    @Test
    void growsByOneForAsManySuccessesAsTheLimit() throws Exception {
        CallLimiter limiter = limiter(64);
        limiter.release(acquire(limiter, 1).getFirst(), Outcome.THROTTLED);
        succeed(limiter, 31);
        assertThat(limiter.limit()).isEqualTo(32);
        succeed(limiter, 3);
        assertThat(limiter.limit()).isEqualTo(33);
        succeed(limiter, 10_000);
        assertThat(limiter.limit()).isEqualTo(64);
    }

    @Test
    void doesNotLearnFromOtherFailures() throws Exception {
        CallLimiter limiter = limiter(8);
        acquire(limiter, 8).forEach(place -> limiter.release(place, Outcome.OTHER));
        assertThat(limiter.limit()).isEqualTo(8);
    }

    @Test
    void admitsWaitingCallsInTheirOrder() throws Exception {
        CallLimiter limiter = limiter(1);
        Place first = acquire(limiter, 1).getFirst();
        List<Integer> order = new CopyOnWriteArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                int number = i;
                Future<?> ignored = threads.submit(() -> {
                    Place place = limiter.acquire(Instant.MAX);
                    order.add(number);
                    limiter.release(place, Outcome.OTHER);
                    return null;
                });
                int waiting = i + 1;
                await().atMost(LONG).until(() -> limiter.waiting() == waiting);
            }
            limiter.release(first, Outcome.OTHER);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void stopsWaitingAtTheDeadline() throws Exception {
        CallLimiter limiter = limiter(1);
        acquire(limiter, 1);
        assertThatThrownBy(() -> limiter.acquire(Instant.now().plusMillis(20)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("before the deadline");
        assertThat(limiter.waiting()).isZero();
    }

    @Test
    void admitsNoCallAfterItsDeadline() {
        assertThatThrownBy(() -> limiter(1).acquire(Instant.now().minusSeconds(1)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("before the deadline");
    }

    @Test
    void stopsWaitingWhenInterruptedAndLosesNoPlace() throws Exception {
        CallLimiter limiter = limiter(1);
        Place place = acquire(limiter, 1).getFirst();
        AtomicInteger interrupted = new AtomicInteger();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                limiter.acquire(Instant.MAX);
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
            } catch (ModelException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(LONG).until(() -> limiter.waiting() == 1);
        waiting.interrupt();
        waiting.join();
        assertThat(interrupted).hasValue(1);
        limiter.release(place, Outcome.OTHER);
        assertThat(acquire(limiter, 1)).hasSize(1);
    }

    @Test
    void neverAdmitsMoreThanTheLimit() throws Exception {
        CallLimiter limiter = limiter(7);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                Future<?> ignored = threads.submit(() -> {
                    Place place = limiter.acquire(Instant.MAX);
                    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    Thread.sleep(1);
                    inFlight.decrementAndGet();
                    limiter.release(place, Outcome.SUCCEEDED);
                    return null;
                });
            }
        }
        assertThat(most).hasValueLessThanOrEqualTo(7);
        assertThat(inFlight).hasValue(0);
    }

    @Property
    void keepsTheLimitBetweenOneAndTheMaximum(
            @ForAll @IntRange(min = 1, max = 300) int maximum, @ForAll @Size(max = 100) List<Outcome> outcomes)
            throws Exception {
        CallLimiter limiter = limiter(maximum);
        for (Outcome outcome : outcomes) {
            limiter.release(limiter.acquire(Instant.MAX), outcome);
            assertThat(limiter.limit()).isBetween(1, maximum);
        }
    }

    private static void succeed(CallLimiter limiter, int calls) throws Exception {
        for (int i = 0; i < calls; i++) {
            limiter.release(limiter.acquire(Instant.MAX), Outcome.SUCCEEDED);
        }
    }

    private static List<Place> acquire(CallLimiter limiter, int calls) throws Exception {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            places.add(limiter.acquire(Instant.MAX));
        }
        return places;
    }

    private static CallLimiter limiter(int maximum) {
        return new CallLimiter(maximum, Clock.systemUTC());
    }
}
