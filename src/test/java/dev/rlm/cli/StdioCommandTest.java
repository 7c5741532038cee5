package dev.rlm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StdioCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "8000", "localhost:8000/mcp", "/mcp", "file:///mcp", "http:///mcp", "ht tp://a/mcp"})
    void whatIsNoAddressIsToldWithAnExample(String text) {
        assertThatThrownBy(() -> StdioCommand.address(text, false))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("such as http://127.0.0.1:8000/mcp, not '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "LOCALHOST", "[::1]"})
    void aTokenMayStayOnThisMachine(String host) throws Exception {
        assertThat(StdioCommand.address("http://" + host + ":8000/mcp", true)).hasPort(8000);
    }

    @Test
    void aTokenLeavesTheMachineEncryptedOnly() throws Exception {
        assertThat(StdioCommand.address("https://192.0.2.7/mcp", true)).hasHost("192.0.2.7");
        assertThat(StdioCommand.address("http://192.0.2.7/mcp", false)).hasHost("192.0.2.7");
        for (String host : List.of("192.0.2.7", "127.0.0.1.example.com", "localhost.example.com", "127.0.0.2")) {
            assertThatThrownBy(() -> StdioCommand.address("http://" + host + "/mcp", true))
                    .as(host)
                    .hasMessageContaining("over plain http only to localhost");
        }
    }
}
