package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.model.ModelId;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReuseRepliesTest {

    private static boolean reuses(Map<String, String> settings) {
        ModelConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(ModelConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(ModelConfig.class);
        return ModelParts.saysTheSame(ModelId.parse("openai:small"), config);
    }

    @Test
    void onlyATemperatureThatIsSetToZeroMakesAModelSayTheSame() {
        assertThat(reuses(Map.of())).isFalse();
        assertThat(reuses(Map.of("rlm.model.parameters.temperature", "0"))).isTrue();
        assertThat(reuses(Map.of("rlm.model.parameters.temperature", "0.1"))).isFalse();
        assertThat(reuses(Map.of(
                        "rlm.model.parameters.temperature", "0",
                        "rlm.model.parameters-of.\"openai:small\".max-tokens", "9")))
                .as("the parameters of a model replace those of all")
                .isFalse();
    }

    @Test
    void theConfigurationMaySayOtherwise() {
        assertThat(reuses(Map.of("rlm.model.reuse-replies", "always"))).isTrue();
        assertThat(reuses(Map.of("rlm.model.reuse-replies", "never", "rlm.model.parameters.temperature", "0")))
                .isFalse();
    }
}
