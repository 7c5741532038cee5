package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SandboxSettingsTest {
    @Test
    void theDefaultsAreInRange() {
        assertThat(SandboxSettings.defaults().warmWorkers()).isEqualTo(1);
    }

    @Test
    void numbersOutOfRangeAreRefusedWithASentence() {
        assertThatThrownBy(() -> settings(1, 1, Duration.ofSeconds(1)))
                .hasMessageContaining("heap of a sandbox must be");
        assertThatThrownBy(() -> settings(1L << 30, -1, Duration.ofSeconds(1))).hasMessageContaining("0 to 64, not -1");
        assertThatThrownBy(() -> settings(1L << 30, 1, Duration.ZERO)).hasMessageContaining("must be positive");
    }

    @Test
    void memoryForLessThanOneWorkerIsRefused() {
        SandboxSettings defaults = SandboxSettings.defaults();
        long least = WorkerMemory.charge(defaults.heapBytes());
        assertThat(with(least).memoryBytes()).hasValue(least);
        assertThatThrownBy(() -> with(least - 1)).hasMessageContaining("at least " + least + " bytes");
    }

    private static SandboxSettings with(long memory) {
        SandboxSettings defaults = SandboxSettings.defaults();
        return new SandboxSettings(
                defaults.heapBytes(),
                1,
                defaults.startTimeout(),
                defaults.grace(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Isolation.NONE,
                OptionalLong.of(memory));
    }

    @Test
    void theCommandHasTheHeapAndOnlyWhatAWorkerNeeds() {
        var line = WorkerCommand.ofThisApplication(SandboxSettings.defaults()).line(1L << 30);
        assertThat(line).contains("-Xmx1024m", "dev.rlm.sandbox.worker.SandboxWorker");
        String classPath = line.get(line.indexOf("-cp") + 1);
        assertThat(classPath)
                .contains("truffle-api", "re2j", "lucene-core")
                .doesNotContain("quarkus-arc", "awssdk", "jackson");
    }

    @Test
    void theQuickCompilerIsTheFirstTierAlone() {
        WorkerCommand command = WorkerCommand.ofThisApplication(SandboxSettings.defaults());
        assertThat(command.with(Compiler.QUICK).line(1L << 30)).contains("-XX:TieredStopAtLevel=1");
        assertThat(command.with(Compiler.QUICK).with(Compiler.FULL).line(1L << 30))
                .isEqualTo(command.line(1L << 30));
    }

    private static SandboxSettings settings(long heap, int warm, Duration timeout) {
        return new SandboxSettings(heap, warm, timeout, timeout, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
