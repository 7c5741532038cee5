package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.mcp.MessageOutline.Fault;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageOutlineTest {

    private static MessageOutline outline(byte[] body) {
        return MessageOutline.of(new ByteArrayInputStream(body));
    }

    private static MessageOutline outline(String body) {
        return outline(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Fault fault(byte[] body) {
        return outline(body).fault().orElse(null);
    }

    private static Fault fault(String body) {
        return fault(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"id\":\"a\",\"method\":\"x\",\"params\":{\"name\":\"n\",\"uri\":\"u\",\"arguments\":{\"name\":7},\"_meta\":{\"progressToken\":1}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1,{\"name\":2}]}",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"method\":\"notifications/x\",\"params\":{}}]",
                "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"a\"}}"
            })
    void messagesOfTheProtocolPass(String body) {
        assertThat(fault(body)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"jsonrpc\":\"1.0\",\"id\":4,\"method\":\"ping\"} | -32600 | 4 | jsonrpc",
                "{\"id\":\"a\",\"method\":7} | -32600 | \"a\" | method",
                "{\"id\":null,\"method\":\"ping\"} | -32600 | null | id",
                "{\"id\":1.5,\"method\":\"ping\"} | -32600 | null | id",
                "{\"id\":9999999999999999999999,\"method\":\"ping\"} | -32600 | null | 18 digits",
                "{\"id\":1,\"method\":\"tools/call\",\"params\":[]} | -32602 | 1 | params",
                "{\"params\":\"x\",\"id\":1,\"method\":\"tools/call\"} | -32602 | 1 | params",
                "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":7}} | -32602 | 1 | `name`",
                "{\"id\":1,\"method\":\"tools/call\",\"params\":{\"arguments\":[]}} | -32602 | 1 | `arguments`",
                "{\"id\":1,\"method\":\"x\",\"params\":{\"_meta\":{\"progressToken\":{}}}} | -32602 | 1 | `progressToken`",
                "{\"id\":1,\"method\":\"completion/complete\",\"params\":{\"ref\":\"x\"}} | -32602 | 1 | `ref`",
                "{\"id\":1,\"method\":\"logging/setLevel\"} | -32602 | 1 | `level`",
                "{\"id\":1,\"method\":\"initialize\",\"params\":{\"clientInfo\":{}}} | -32602 | 1 | `protocolVersion`",
                "[] | -32600 | null | batch",
                "[7] | -32600 | null | object",
                "[{\"id\":3,\"method\":1}] | -32600 | 3 | method",
                "7 | -32600 | null | object",
                "{\"id\":1,\"method\":\"ping\"} {} | -32600 | 1 | behind",
                "{\"id\":1, | -32700 | null | JSON",
            })
    void whatIsWrongIsToldWithTheIdAndTheCode(String body, int code, String id, String word) {
        Fault fault = fault(body);
        assertThat(fault).isNotNull();
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.id().toString()).isEqualTo(id);
        assertThat(fault.sentence()).contains(word);
    }

    @Test
    void whatIsNoUtf8OrNestedTooDeeplyOrEmptyIsNoJson() {
        String ping = "{\"id\":1,\"method\":\"ping\"}";
        assertThat(fault(ping.getBytes(StandardCharsets.UTF_16)).code()).isEqualTo(-32700);
        assertThat(fault(new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'}).code())
                .isEqualTo(-32700);
        assertThat(fault("[".repeat(100_000)).code()).isEqualTo(-32600);
        assertThat(fault("{\"a\":".repeat(100_000)).code()).isEqualTo(-32700);
        assertThat(fault("")).isNotNull();
    }

    @Test
    void aCalledToolIsFoundWhereverItStands() {
        assertThat(called("{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"rlm_ask\"}}"))
                .containsExactly("rlm_ask");
        assertThat(called(
                        "{\"params\":{\"arguments\":{\"name\":\"rlm_read\"},\"_meta\":{\"name\":\"x\"},\"name\":\"rlm_ask\"},"
                                + "\"method\":\"tools/call\"}"))
                .containsExactly("rlm_ask");
        assertThat(called("[{\"params\":{\"name\":\"a\"}},{\"params\":{\"name\":\"b\"}}]"))
                .containsExactlyInAnyOrder("a", "b");
        assertThat(called("{\"params\":{\"name\":\"a\",\"name\":\"b\"},\"params\":{\"name\":\"c\"}}"))
                .as("whichever a parser takes of equal names")
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(called("{\"params\":{\"_meta\":[{\"name\":\"x\"}],\"name\":\"a\"}}"))
                .containsExactly("a");
        assertThat(called("{\"params\":{\"name\":\"a\"}, nonsense"))
                .as("what was read before it broke off counts")
                .containsExactly("a");
    }

    @Test
    void whatIsNoMessageCallsNothingAndIsNoNotification() {
        for (String text : List.of(
                "", "null", "1", "[", "{", "[1,[],\"x\"]", "{\"params\":[]}", "{\"params\":{\"name\":{}}}", "\u0000")) {
            assertThat(called(text)).as(text).isEmpty();
            assertThat(outline(text).isNotification()).as(text).isFalse();
            assertThat(outline(text).version()).as(text).isNull();
        }
    }

    @Test
    void theVersionIsThatOfTheParametersOfOneMessage() {
        String meta = "{\"_meta\":{\"progressToken\":1,\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}";
        String message = "{\"method\":\"x\",\"id\":1,\"params\":" + meta + "}";
        assertThat(outline(message).version()).isEqualTo("2026-07-28");
        assertThat(outline(message + " broken").version())
                .as("as far as it could be read")
                .isEqualTo("2026-07-28");
        assertThat(outline("[" + message + "]").version()).as("a batch").isNull();
        assertThat(outline("{\"method\":\"x\",\"id\":1,\"params\":{\"arguments\":" + meta + "}}")
                        .version())
                .as("somewhere else")
                .isNull();
        assertThat(outline("{\"_meta\":" + meta + ",\"method\":\"x\",\"id\":1}").version())
                .isNull();
    }

    @Test
    void aNotificationIsOneMessageWithAMethodAndNoId() {
        assertThat(outline("{\"method\":\"notifications/initialized\"}").isNotification())
                .isTrue();
        assertThat(outline("{\"method\":\"ping\",\"id\":1}").isNotification()).isFalse();
        assertThat(outline("{\"result\":{}}").isNotification()).isFalse();
        assertThat(outline("[{\"method\":\"notifications/initialized\"}]").isNotification())
                .isFalse();
        assertThat(outline("{\"method\":\"notifications/cancelled\"}").isNotification())
                .as("one with a fault")
                .isFalse();
    }

    private static Set<String> called(String json) {
        return outline(json).tools();
    }
}
