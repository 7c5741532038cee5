package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model reads before it chooses a tool. */
final class ToolDefinitionsTest {

    private static final Pattern TOOL = Pattern.compile("rlm_[a-z_]+");

    static List<ToolDefinition> tools() {
        return ToolDefinitions.load();
    }

    @Test
    void thereAreFewEnoughToChooseFrom() {
        assertThat(tools())
                .extracting(ToolDefinition::name)
                .hasSizeLessThanOrEqualTo(14)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("tools")
    void aDescriptionSaysWhenToUseItWhenNotWhatComesBackWhatNextAndWhatItCosts(ToolDefinition tool) {
        assertThat(tool.description())
                .contains("Use ", "Do not ", "Returns ")
                .containsPattern(tool.hints().openWorld() ? "Costs model calls" : "Costs nothing[.;,]")
                .hasSizeLessThan(1_000);
        List<String> named = TOOL.matcher(tool.description())
                .results()
                .map(it -> it.group())
                .distinct()
                .toList();
        assertThat(named)
                .as("what to call before or next")
                .isNotEmpty()
                .doesNotContain(tool.name())
                .isSubsetOf(tools().stream().map(ToolDefinition::name).toList());
    }
}
