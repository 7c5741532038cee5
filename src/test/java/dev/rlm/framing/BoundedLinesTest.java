package dev.rlm.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.framing.BoundedLines.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BoundedLinesTest {

    private static List<String> lines(String text, int most) throws IOException {
        BoundedLines lines = new BoundedLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), most);
        List<String> found = new ArrayList<>();
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            found.add(
                    switch (line.get()) {
                        case Line.Whole(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
                        case Line.TooLong(String start, String end) -> start + " ... " + end;
                    });
        }
        return found;
    }

    @Test
    void linesAreReadToTheirEndsAndWhatHasNoEndIsNone() throws Exception {
        assertThat(lines("a\n\r\nbä\r\nrest", 10)).containsExactly("a", "", "bä");
    }

    @Test
    void ofLongLinesTheEndsAreKept() throws Exception {
        assertThat(lines("12345\n1234\non\n", 4)).containsExactly("1234 ... 5", "1234", "on");
        String middle = "x".repeat(100_000);
        assertThat(lines("{\"id\":1," + middle + "\n" + middle + ",\"id\":2}\n", 2_000))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("{\"id\":1,").hasSizeLessThan(3_000),
                        second -> assertThat(second).endsWith(",\"id\":2}").hasSizeLessThan(3_000));
    }
}
