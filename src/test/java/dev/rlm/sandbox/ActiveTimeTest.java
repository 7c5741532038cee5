package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActiveTimeTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final AtomicLong processor = new AtomicLong(500);
    private final WorkerTime worker = new WorkerTime(now::get, processor::get);
    private final ActiveTime time = worker.begin();

    private void pass(Duration wall, Duration computing) {
        now.addAndGet(wall.toNanos());
        processor.addAndGet(computing.toNanos());
    }

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

    @Test
    void computingWhileACallIsOpenCountsBeyondAnAllowance() {
        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));
        time.waitBegins();
        pass(Duration.ofSeconds(100), Duration.ofSeconds(1));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
        pass(Duration.ofSeconds(10), Duration.ofSeconds(10));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(12));
        time.waitEnds();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(12));
        pass(Duration.ofSeconds(3), Duration.ZERO);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void severalProcessorsCountAsOne() {
        time.waitBegins();
        pass(Duration.ofSeconds(10), Duration.ofSeconds(40));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void manyShortWaitsHideNoComputing() {
        for (int i = 0; i < 10_000; i++) {
            time.waitBegins();
            // A processor's clock ticks every ten milliseconds, so that most waits see none.
            pass(Duration.ofMillis(1), i % 10 == 0 ? Duration.ofMillis(10) : Duration.ZERO);
            time.waitEnds();
        }
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void cellsThatWorkAtATimeShareTheTime() {
        pass(Duration.ofSeconds(2), Duration.ofSeconds(2));
        ActiveTime sibling = worker.begin();
        pass(Duration.ofSeconds(6), Duration.ofSeconds(6));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(sibling.elapsed()).isEqualTo(Duration.ofSeconds(3));
        sibling.end();
        pass(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void aCellThatWaitsDoesNotPayForWhatASiblingComputes() {
        time.waitBegins();
        ActiveTime sibling = worker.begin();
        pass(Duration.ofSeconds(50), Duration.ofSeconds(50));
        sibling.end();
        assertThat(time.elapsed()).isEqualTo(Duration.ZERO);
        assertThat(time.waiting()).isTrue();
        pass(Duration.ofSeconds(3), Duration.ofSeconds(3));
        assertThat(time.elapsed()).describedAs("what it computes itself").isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void cellsThatAllWaitShareWhatIsComputed() {
        ActiveTime sibling = worker.begin();
        time.waitBegins();
        sibling.waitBegins();
        pass(Duration.ofSeconds(30), Duration.ofSeconds(10));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(4));
        sibling.end();
        pass(Duration.ofSeconds(5), Duration.ZERO);
        time.waitEnds();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(4));
        assertThat(sibling.elapsed()).isEqualTo(Duration.ofSeconds(4));
    }
}
