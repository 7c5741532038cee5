package dev.rlm.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimitTest {

    // Near the end of its range, for nanoTime may start anywhere.
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());

    private RateLimit limit(int perMinute) {
        return new RateLimit(perMinute, now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aMinutesWorthCanBeHadAtOnceAndThenOneByOne() {
        RateLimit limit = limit(6);
        for (int i = 0; i < 6; i++) {
            assertThat(limit.take("ann")).isEmpty();
        }
        assertThat(limit.take("ann")).contains(Duration.ofSeconds(10));
        assertThat(limit.take("ann")).as("what is refused costs nothing").contains(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(9));
        assertThat(limit.take("ann")).contains(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(limit.take("ann")).isEmpty();
        assertThat(limit.take("ann")).contains(Duration.ofSeconds(10));
        pass(Duration.ofHours(1));
        for (int i = 0; i < 6; i++) {
            assertThat(limit.take("ann"))
                    .as("no more than a minute's worth is saved")
                    .isEmpty();
        }
        assertThat(limit.take("ann")).isPresent();
    }

    @Test
    void eachHasItsOwn() {
        RateLimit limit = limit(1);
        assertThat(limit.take("ann")).isEmpty();
        assertThat(limit.take("ann")).isPresent();
        assertThat(limit.take("bob")).isEmpty();
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = limit(0);
        for (int i = 0; i < 10_000; i++) {
            assertThat(limit.take("ann")).isEmpty();
        }
        assertThat(limit.size()).isZero();
    }

    @Test
    void whoComesUnderManyNamesDoesNotFillTheMemory() {
        RateLimit limit = limit(1);
        for (int i = 0; i < 3 * RateLimit.MOST_KEPT; i++) {
            limit.take("name " + i);
        }
        assertThat(limit.size()).isEqualTo(RateLimit.MOST_KEPT);
    }

    @Test
    void callersThatAreNotToldApartAreNotLimited() {
        CallRates rates = new CallRates(limit(1), limit(1), limit(1));
        Caller key = new Caller("key:ci", java.util.Set.of());
        for (CallRates.Kind kind : CallRates.Kind.values()) {
            assertThat(rates.take(kind, Caller.LOCAL)).isEmpty();
            assertThat(rates.take(kind, Caller.LOCAL)).isEmpty();
            assertThat(rates.take(kind, key)).as(kind + " is counted by itself").isEmpty();
            assertThat(rates.take(kind, key)).isPresent();
        }
    }

    @Test
    void addressesOfOneNetworkFailTogether() {
        FailedAuthentications failures = new FailedAuthentications(limit(2), limit(1));
        assertThat(failures.count("2001:db8:0:1::1")).isEmpty();
        assertThat(failures.count("2001:db8:0:1:ffff::2")).isEmpty();
        assertThat(failures.count("2001:db8:0:1:abcd:ef01:2345:6789")).isPresent();
        assertThat(failures.count("2001:db8:0:2::1")).isEmpty();
        assertThat(failures.count("192.0.2.1")).isEmpty();
        assertThat(failures.count("192.0.2.2")).isEmpty();
        assertThat(failures.count("192.0.2.1")).isEmpty();
        assertThat(failures.count("192.0.2.1")).isPresent();
        assertThat(failures.count("no address at all: really")).isEmpty();
    }

    @Test
    void waitsAreToldInWholeSecondsThatAreLongEnough() {
        assertThat(CallRates.seconds(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(CallRates.seconds(Duration.ofMillis(1_001))).isEqualTo(2);
        assertThat(CallRates.seconds(Duration.ofSeconds(7))).isEqualTo(7);
    }
}
