package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Property
    void readsSeconds(@ForAll @IntRange(max = 999_999_999) int seconds) {
        assertThat(RetryAfter.parse(" " + seconds + " ", NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Property
    void readsDatesAndNeverWaitsBackwards(@ForAll @IntRange(min = -100_000, max = 100_000) int seconds) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                NOW.plusSeconds(seconds).atZone(ZoneOffset.UTC));
        assertThat(RetryAfter.parse(date, NOW)).isEqualTo(Duration.ofSeconds(Math.max(0, seconds)));
    }

    @Property
    void neverFailsOnNonsense(@ForAll String text) {
        Duration wait = RetryAfter.parse(text, NOW);
        assertThat(wait == null || !wait.isNegative()).isTrue();
    }

    @Test
    void readsFractionsOfSeconds() {
        assertThat(RetryAfter.parse("1.25", NOW)).isEqualTo(Duration.ofMillis(1250));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1e9", "99999999999999999999", "Wed, 99 Nov 2026 10:00:00 GMT"})
    void ignoresWhatMakesNoSense(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isNull();
    }

    @Test
    void isAbsentWithoutAHeader() {
        assertThat(RetryAfter.parse(null, NOW)).isNull();
    }
}
