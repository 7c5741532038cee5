package dev.rlm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ServeCommandTest {

    private static Map<String, String> configuration(String... arguments) throws Exception {
        return CommandLine.populateCommand(new ServeCommand(), arguments).configuration();
    }

    @Test
    void thePortIsThatOfAgentCoreUnlessAnotherIsNamed() throws Exception {
        assertThat(configuration("--host", "0.0.0.0"))
                .containsEntry("quarkus.http.host", "0.0.0.0")
                .containsEntry("quarkus.http.port", "8000");
        assertThat(configuration("--port", "9000"))
                .containsEntry("quarkus.http.host", "127.0.0.1")
                .containsEntry("quarkus.http.port", "9000");
    }

    @Test
    void aPortThatThereIsNotIsRefusedWithASentence() {
        assertThatThrownBy(() -> configuration("--port", "65536"))
                .isInstanceOf(CommandException.class)
                .hasMessage("The port must be 0 to 65535, not 65536.");
    }
}
