package dev.rlm.sandbox.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The text of a REPL's context, and where in it each document stands. */
final class ContextText {
    static final ContextText EMPTY = new ContextText("", List.of());

    private final String text;
    private final List<Span> documents;
    private final CodePoints codePoints;

    /** A document: its name and its text. */
    record Document(String name, String text) {}

    /** A document's place in the text, in UTF-16 units. */
    record Span(String name, int start, int end) {}

    private ContextText(String text, List<Span> documents) {
        this.text = text;
        this.documents = documents;
        this.codePoints = new CodePoints(text);
    }

    /** One document is the text as it is, several are joined with a header line before each. */
    static ContextText of(List<Document> documents) {
        List<String> parts = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        int length = 0;
        for (Document document : documents) {
            if (documents.size() > 1) {
                String header = header(spans.size() + 1, documents.size(), document.name());
                parts.add(header);
                length = Math.addExact(length, header.length());
            }
            parts.add(document.text());
            int end = Math.addExact(length, document.text().length());
            spans.add(new Span(document.name(), length, end));
            length = end;
        }
        return new ContextText(parts.size() == 1 ? parts.getFirst() : String.join("", parts), spans);
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
