package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FrameRateTest {
    private final AtomicLong now = new AtomicLong();
    private final FrameRate rate = new FrameRate(now::get);

    @Test
    void aBurstPassesAndAFloodWaits() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(rate.delayAfter(10)).isZero();
        }
        long delay = 0;
        for (int i = 0; i < 5_000; i++) {
            delay = rate.delayAfter(10);
        }
        assertThat(Duration.ofNanos(delay)).isBetween(Duration.ofMillis(900), Duration.ofMillis(1100));
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(rate.delayAfter(10)).isZero();
    }

    @Test
    void manyBytesWaitToo() {
        long delay = 0;
        for (int i = 0; i < 32; i++) {
            delay = rate.delayAfter(64L << 20);
        }
        assertThat(Duration.ofNanos(delay)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(12));
    }
}
