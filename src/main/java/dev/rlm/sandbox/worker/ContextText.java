package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The text of a REPL's context, and where in it each document stands. */
final class ContextText {
    static final ContextText EMPTY = new ContextText("", List.of());

    private final String text;
    private final List<Span> documents;
    private final CodePoints codePoints;

    /** A document's place in the text, in UTF-16 units. */
    record Span(String name, int start, int end) {}

    private ContextText(String text, List<Span> documents) {
        this.text = text;
        this.documents = documents;
        this.codePoints = new CodePoints(text);
    }

    /** Reads the files: one document is the text as it is, several are joined with a header line before each. */
    static ContextText read(List<SourceFile> files) throws IOException {
        List<String> parts = new ArrayList<>();
        List<Span> documents = new ArrayList<>();
        int length = 0;
        for (SourceFile file : files) {
            if (files.size() > 1) {
                String header = header(documents.size() + 1, files.size(), file.name());
                parts.add(header);
                length = Math.addExact(length, header.length());
            }
            String part = new String(Files.readAllBytes(Path.of(file.path())), StandardCharsets.UTF_8);
            parts.add(part);
            int end = Math.addExact(length, part.length());
            documents.add(new Span(file.name(), length, end));
            length = end;
        }
        return new ContextText(parts.size() == 1 ? parts.getFirst() : String.join("", parts), documents);
    }

    private static String header(int number, int count, String name) {
        String line = "===== Document " + number + " of " + count + ": " + oneLine(name) + " =====\n";
        return number == 1 ? line : "\n" + line;
    }

    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}", " ");
    }

    String text() {
        return text;
    }

    List<Span> documents() {
        return documents;
    }

    /** How many code points, which are Python's characters, stand before a place in UTF-16 units. */
    int codePoints(int utf16) {
        return codePoints.before(utf16);
    }

    /** Name, start and end of each document, the numbers in code points, separated by NUL: one string crosses at once. */
    String packed() {
        StringJoiner packed = new StringJoiner("\0");
        for (Span document : documents) {
            packed.add(oneLine(document.name()));
            packed.add(Integer.toString(codePoints(document.start())));
            packed.add(Integer.toString(codePoints(document.end())));
        }
        return packed.toString();
    }
}
