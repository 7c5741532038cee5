package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActiveTimeTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final ActiveTime time = new ActiveTime(now::get);

    @Test
    void timeWithoutWaitsCounts() {
        now.addAndGet(5);
        assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(5));
    }

    @Test
    void overlappingWaitsDoNotCount() {
        now.addAndGet(5);
        time.waitBegins();
        now.addAndGet(100);
        time.waitBegins();
        now.addAndGet(100);
        time.waitEnds();
        assertThat(time.waiting()).isTrue();
        assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(5));
        time.waitEnds();
        now.addAndGet(7);
        assertThat(time.waiting()).isFalse();
        assertThat(time.elapsed()).isEqualTo(Duration.ofNanos(12));
    }
}
