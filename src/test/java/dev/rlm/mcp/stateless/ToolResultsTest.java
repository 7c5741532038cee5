package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.Tools;
import org.junit.jupiter.api.Test;

final class ToolResultsTest {

    @Test
    void aResultSaysWhatKindItIsWhereverItStands() {
        ObjectNode structured = StatelessClient.read("{\"deleted\": true}");
        assertThat(ToolResults.json(new Tools.Result("{\"deleted\":true}", structured)))
                .isEqualTo(StatelessClient.read("""
                        {"resultType": "complete", "content": [{"type": "text", "text": "{\\"deleted\\":true}"}],
                         "structuredContent": {"deleted": true}, "isError": false}"""));
        assertThat(ToolResults.json(new Tools.Result("There is no context.", null)))
                .isEqualTo(StatelessClient.read("""
                        {"resultType": "complete", "content": [{"type": "text", "text": "There is no context."}],
                         "isError": true}"""));
    }
}
