package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ConfigurationProblemTest {

    private static final String KEY = "rlm.context.task-after";

    @Test
    void aTimeThatMayBeNothingIsNeverLess() {
        assertThat(ConfigurationProblem.notNegative(KEY, Duration.ZERO)).isEqualTo(Duration.ZERO);
        assertThat(ConfigurationProblem.notNegative(KEY, Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> ConfigurationProblem.notNegative(KEY, Duration.ofSeconds(-1)))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage("rlm.context.task-after must be 0 or more, not PT-1S.");
    }
}
