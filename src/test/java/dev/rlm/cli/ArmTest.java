package dev.rlm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.task.TaskRequest.Limits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ArmTest {

    private final LimitOptions options = CommandLine.populateCommand(
            new LimitOptions(), "--max-turns", "7", "--max-sub-calls", "9", "--max-cost", "0.5", "--timeout", "3m");

    private Limits limits(int subCalls, Integer depth) {
        return new Limits(7, subCalls, null, new BigDecimal("0.5"), Duration.ofMinutes(3), depth);
    }

    @Test
    void eachArmHasItsWayAndItsLimits() throws Exception {
        List<Arm> arms = Arm.all(List.of("auto", " Direct", "depth0", "depth1", "DEPTH5"));
        assertThat(arms).extracting(Arm::label).containsExactly("auto", "direct", "depth0", "depth1", "depth5");
        assertThat(arms).extracting(Arm::route).containsExactly(null, "direct", "rlm", "rlm", "rlm");
        assertThat(arms)
                .extracting(arm -> arm.limits(options))
                .containsExactly(limits(9, null), limits(9, null), limits(0, 1), limits(9, 1), limits(9, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "depth", "depth6", "depth-1", "depth11", "depth１", "rlm"})
    void whatIsNoArmIsToldWithThoseThatThereAre(String name) {
        assertThatThrownBy(() -> Arm.all(List.of("auto", name)))
                .isInstanceOf(CommandException.class)
                .hasMessage("The arms are auto, direct, and depth0 to depth5, not '" + name + "'.");
    }

    @Test
    void anArmIsNamedOnce() {
        assertThatThrownBy(() -> Arm.all(List.of("direct", "DIRECT"))).hasMessage("The arm 'direct' is named twice.");
    }
}
