package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextReaderTest {
    @TempDir
    Path temporary;

    @Property(tries = 1_000)
    void charactersAreThoseOfTheText(
            @ForAll("texts") String text,
            @ForAll @IntRange(max = 60) int from,
            @ForAll @IntRange(min = 1, max = 20) int length)
            throws Exception {
        int offset = Math.min(from, text.length());
        Slice slice = withText(text, (reader, context) -> reader.readCharacters(context, null, offset, length));

        int start = splitsPair(text, offset) ? offset - 1 : offset;
        int end = Math.min(start + length, text.length());
        if (splitsPair(text, end)) {
            end = end - 1 == start ? end + 1 : end - 1;
        }
        assertThat(slice.text()).isEqualTo(text.substring(start, end));
        assertThat(slice.start()).isEqualTo(start);
        assertThat(slice.end()).isEqualTo(end);
        assertThat(slice.firstLine()).isEqualTo(1 + breaks(text.substring(0, start)));
        assertThat(slice.lastLine()).isEqualTo(1 + breaks(text.substring(0, Math.max(start, end - 1))));
        assertThat(slice.more()).isEqualTo(end < text.length());
    }

    @Property(tries = 500)
    void linesAreThoseOfTheText(
            @ForAll("texts") String text,
            @ForAll @IntRange(min = 1, max = 8) int firstLine,
            @ForAll @IntRange(min = 1, max = 5) int count)
            throws Exception {
        List<String> lines = text.isEmpty() ? List.of("") : List.of(text.split("(?<=\n)", -1));
        int lineCount = lines.getLast().isEmpty() ? lines.size() - 1 : lines.size();
        int first = Math.min(firstLine, Math.max(1, lineCount));
        Slice slice = withText(text, (reader, context) -> reader.readLines(context, null, first, count, 1_000));

        String expected = String.join("", lines.subList(first - 1, Math.min(lines.size(), first - 1 + count)));
        assertThat(slice.text()).isEqualTo(expected);
        assertThat(slice.firstLine()).isEqualTo(first);
        assertThat(text.substring((int) slice.start(), (int) slice.end())).isEqualTo(expected);
    }

    @Test
    void readingOnFromTheEndGivesTheWholeText() throws Exception {
        String text = "caf\u00e9 \uD83D\uDE00\uD83D\uDE00\n\u4e2d\u6587\r\n".repeat(20_000);
        Workbench bench = new Workbench(temporary);
        Context context = bench.loadText(text);
        StringBuilder whole = new StringBuilder();
        for (Slice slice = bench.reader.readCharacters(context, null, 0, 7_001); ; ) {
            whole.append(slice.text());
            if (!slice.more()) {
                break;
            }
            slice = bench.reader.readCharacters(context, null, slice.end(), 7_001);
        }
        assertThat(whole.toString()).isEqualTo(text);
        assertThat(bench.reader.readLines(context, null, 40_000, 5, 100).text()).isEqualTo("\u4e2d\u6587\r\n");
    }

    @Test
    void aLongLineIsCutAtTheLimit() throws Exception {
        Workbench bench = new Workbench(temporary);
        Context context = bench.loadText("x".repeat(200_000) + "\nend");
        Slice slice = bench.reader.readLines(context, null, 1, 10, 50);
        assertThat(slice).isEqualTo(new Slice("text 1", "x".repeat(50), 0, 50, 1, 1, true));
        assertThat(bench.reader.readLines(context, null, 2, 10, 50))
                .isEqualTo(new Slice("text 1", "end", 200_001, 200_004, 2, 2, false));
    }

    @Test
    void placesThatAreNotThereAreRefused() throws Exception {
        Workbench bench = new Workbench(temporary);
        Context context = bench.loadText("a\nb\n");
        assertThatThrownBy(() -> bench.reader.readLines(context, null, 3, 1, 10))
                .hasMessageContaining("has 2 lines, so there is no line 3: start at 1 to 2.");
        assertThatThrownBy(() -> bench.reader.readLines(context, null, 0, 1, 10))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> bench.reader.readLines(context, null, 1, 0, 10))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> bench.reader.readLines(context, null, 1, 1, 0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> bench.reader.readCharacters(context, null, 5, 1))
                .hasMessageContaining("4 characters");
        assertThatThrownBy(() -> bench.reader.readCharacters(context, null, -1, 1))
                .hasMessageContaining("offset -1");
        assertThat(bench.reader
                        .readCharacters(context, null, 4, Integer.MAX_VALUE)
                        .text())
                .isEmpty();
        assertThat(bench.reader
                        .readLines(context, null, 1, Integer.MAX_VALUE, Integer.MAX_VALUE)
                        .text())
                .isEqualTo("a\nb\n");
    }

    @Test
    void anUnknownDocumentGetsCloseNamesSuggested() throws Exception {
        Workbench bench = new Workbench(temporary);
        for (String name : List.of("src/main/Loader.java", "src/main/Store.java", "docs/loading.md", "x/y.txt")) {
            bench.write(name, "text");
        }
        Context context = bench.load(bench.inputs);
        assertThatThrownBy(() -> bench.reader.readLines(context, "src/loader.java", 1, 1, 10))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("no document src/loader.java: did you mean src/main/Loader.java");
        assertThatThrownBy(() -> bench.reader.readLines(context, "qqqq", 1, 1, 10))
                .hasMessageContaining("one of its 4 documents");
        assertThatThrownBy(() -> bench.reader.readLines(context, null, 1, 1, 10))
                .hasMessageContaining("has 4 documents: say which");
        assertThatThrownBy(() -> bench.reader.readLines(context, "", 1, 1, 10)).isInstanceOf(ContextException.class);
    }

    @Test
    void aDocumentOfADeletedContextGivesASentence() throws Exception {
        Workbench bench = new Workbench(temporary);
        Context context = bench.loadText("a");
        bench.store.delete(context.id());
        assertThatThrownBy(() -> bench.reader.readCharacters(context, null, 0, 1))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("load its context again");
    }

    private interface Read {
        Slice from(ContextReader reader, Context context) throws Exception;
    }

    private static Slice withText(String text, Read read) throws Exception {
        Path file = Files.createTempFile("text", ".txt");
        try {
            Files.writeString(file, text);
            long lines = breaks(text) + (text.isEmpty() || text.endsWith("\n") ? 0 : 1);
            Document document = new Document("d", "0".repeat(64), Files.size(file), text.length(), lines);
            Context context = new Context(
                    "ctx_", Context.LOCAL, "c", Instant.EPOCH, List.of(document), text.length(), 0, "", List.of());
            return read.from(new ContextReader(new OneFile(file)), context);
        } finally {
            Files.delete(file);
        }
    }

    private static long breaks(String text) {
        return text.chars().filter(c -> c == '\n').count();
    }

    private static boolean splitsPair(String text, int index) {
        return index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("a", "b", "\n", "\u00e9", "\u4e2d", "\uD83D\uDE00")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    /** A store whose every document is one file. */
    private record OneFile(Path file) implements ContextStore {
        @Override
        public Optional<Context> find(String id) {
            return Optional.empty();
        }

        @Override
        public List<Context> list() {
            return List.of();
        }

        @Override
        public boolean delete(String id) {
            return false;
        }

        @Override
        public Path content(Context context, Document document) {
            return file;
        }
    }
}
