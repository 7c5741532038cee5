package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScopeCheckTest {

    @Test
    void aCalledToolIsFoundWhereverItStands() {
        assertThat(called("{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"rlm_ask\"}}"))
                .containsExactly("rlm_ask");
        assertThat(called(
                        "{\"params\":{\"arguments\":{\"name\":\"rlm_read\"},\"_meta\":[{\"name\":\"x\"}],\"name\":\"rlm_ask\"},"
                                + "\"method\":\"tools/call\"}"))
                .containsExactly("rlm_ask");
        assertThat(called("[{\"params\":{\"name\":\"a\"}},{\"params\":{\"name\":\"b\"}}]"))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(called("{\"params\":{\"name\":\"a\",\"name\":\"b\"},\"params\":{\"name\":\"c\"}}"))
                .as("whichever a parser takes of equal names")
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void whatIsNoMessageCallsNothing() {
        for (String text : List.of(
                "", "null", "1", "[", "{", "[1,[],\"x\"]", "{\"params\":[]}", "{\"params\":{\"name\":{}}}", "\u0000")) {
            assertThat(called(text)).as(text).isEmpty();
        }
        assertThat(called("{\"params\":{\"name\":\"a\"}, nonsense"))
                .as("what was read before it broke off counts")
                .containsExactly("a");
    }

    private static java.util.Set<String> called(String json) {
        return ScopeCheck.called(Buffer.buffer(json));
    }
}
