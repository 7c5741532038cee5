package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterpreterOutputTest {
    private final List<String> lines = new ArrayList<>();
    private final InterpreterOutput output = new InterpreterOutput(lines::add);

    private void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesPassWholeInWhateverPartsTheyAreWritten() throws IOException {
        for (byte octet : "first é\nsecond 😀\n".getBytes(StandardCharsets.UTF_8)) {
            output.write(octet);
        }
        assertThat(lines).containsExactly("first é\n", "second 😀\n");
    }

    @Test
    void aLineThatHasNotEndedPassesAtTheEndOfTheCell() throws IOException {
        write("not ended");
        output.flush();
        assertThat(lines).isEmpty();
        output.endOfCell();
        output.endOfCell();
        assertThat(lines).containsExactly("not ended");
    }

    @Test
    void aLineWithoutEndIsPassedInParts() throws IOException {
        write("x".repeat(20_000));
        output.endOfCell();
        assertThat(lines).hasSize(3);
        assertThat(String.join("", lines)).isEqualTo("x".repeat(20_000));
    }

    @Test
    void whatTheInterpreterSaysOfItsInsideIsLeftOut() throws IOException {
        write("com.oracle.truffle.polyglot.PolyglotEngineImpl$InterruptExecution: Execution got interrupted.\nnext\n");
        assertThat(lines).containsExactly("next\n");
    }
}
