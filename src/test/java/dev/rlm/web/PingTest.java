package dev.rlm.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PingTest {

    private final TestClock clock = new TestClock();
    private boolean works;

    @Test
    void theTimeIsThatOfTheLastChangeOfTheStatus() {
        long start = clock.instant().getEpochSecond();
        Ping ping = new Ping(() -> works, clock);
        assertThat(ping.json().toString()).isEqualTo("{\"status\":\"Healthy\",\"time_of_last_update\":" + start + "}");
        clock.advance(Duration.ofSeconds(5));
        assertThat(ping.json().path("time_of_last_update").longValue()).isEqualTo(start);
        works = true;
        clock.advance(Duration.ofSeconds(5));
        assertThat(ping.json().toString())
                .isEqualTo("{\"status\":\"HealthyBusy\",\"time_of_last_update\":" + (start + 10) + "}");
        clock.advance(Duration.ofSeconds(5));
        assertThat(ping.json().path("time_of_last_update").longValue()).isEqualTo(start + 10);
        works = false;
        assertThat(ping.json().path("status").textValue()).isEqualTo("Healthy");
        assertThat(ping.json().path("time_of_last_update").longValue()).isEqualTo(start + 15);
    }
}
