package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The text of a REPL's context, and where in it each document stands. A context that is a part of another shares its text.
 * Immutable.
 */
final class ContextText {
    static final ContextText EMPTY = of(List.of());

    /** The name of a part that holds nothing of a document, such as a header line. */
    private static final String NO_DOCUMENT = "slice";

    private final String text;
    private final int start;
    private final int end;
    private final List<Span> documents;
    private final CodePoints codePoints;
    private final SharedPassages passages;

    /** A document: its name and its text, or the image that it is instead. */
    record Document(String name, String text, @Nullable Image image) {
        Document(String name, String text) {
            this(name, text, null);
        }
    }

    /** An image: the number of its document in the task's context, and its media type. The server has its content. */
    record Image(int document, String mediaType) {}

    /** A document's place in the text, in UTF-16 units; that of an image is empty. */
    record Span(String name, int start, int end, @Nullable Image image) {}

    private ContextText(
            String text, int start, int end, List<Span> documents, CodePoints codePoints, SharedPassages passages) {
        this.text = text;
        this.start = start;
        this.end = end;
        this.documents = documents;
        this.codePoints = codePoints;
        this.passages = passages;
    }

    /** One document is the text as it is, several are joined with a header line before each. */
    static ContextText of(List<Document> documents) {
        List<String> parts = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        int length = 0;
        for (Document document : documents) {
            if (documents.size() > 1) {
                String header = header(spans.size() + 1, documents.size(), document);
                parts.add(header);
                length = Math.addExact(length, header.length());
            }
            parts.add(document.text());
            int end = Math.addExact(length, document.text().length());
            spans.add(new Span(document.name(), length, end, document.image()));
            length = end;
        }
        String text = parts.size() == 1 ? parts.getFirst() : String.join("", parts);
        return new ContextText(
                text, 0, text.length(), spans, new CodePoints(text), new SharedPassages(text, List.copyOf(spans)));
    }

    private static String header(int number, int count, Document document) {
        String line = "===== Document " + number + " of " + count + ": " + oneLine(document.name())
                + (document.image() == null ? "" : " (an image)") + " =====\n";
        return number == 1 ? line : "\n" + line;
    }

    /** A name without line breaks and other control characters. */
    static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}", " ");
    }

    /** Whether this context has the range, whose places are code points of it. */
    boolean has(Range range) {
        return 0 <= range.start() && range.start() <= range.end() && range.end() <= codePointCount();
    }

    /** How many code points the context has. */
    int codePointCount() {
        return codePoints(end);
    }

    /** The part of this context in a range that it has, with the documents that are wholly or partly in it. */
    ContextText slice(Range range) {
        int from = utf16(range.start());
        int to = utf16(range.end());
        List<Span> within = new ArrayList<>();
        for (Span document : documents) {
            int first = Math.max(from, document.start());
            int last = Math.min(to, document.end());
            if (first < last || (first == last && document.image() != null)) {
                within.add(new Span(document.name(), first, last, document.image()));
            }
        }
        if (within.isEmpty()) {
            within.add(new Span(NO_DOCUMENT, from, to, null));
        }
        return new ContextText(text, from, to, within, codePoints, passages);
    }

    /** The documents with copies of their texts. */
    List<Document> copies() {
        return documents.stream()
                .map(each -> new Document(each.name(), text.substring(each.start(), each.end()), each.image()))
                .toList();
    }

    /** The text that has this context, and perhaps more around it. */
    String text() {
        return text;
    }

    /** The passages of {@link #text}. */
    SharedPassages passages() {
        return passages;
    }

    /** How many UTF-16 units the context has. */
    int length() {
        return end - start;
    }

    /** The documents' places in {@link #text}. */
    List<Span> documents() {
        return documents;
    }

    /** How many code points, which are Python's characters, the context has before a place in {@link #text}. */
    int codePoints(int utf16) {
        return codePoints.before(utf16) - codePoints.before(start);
    }

    /** The place in {@link #text} before which so many code points of the context stand. */
    int utf16(long codePoint) {
        return codePoints.utf16(codePoints.before(start) + (int) codePoint);
    }

    /**
     * Name, start, end and image of each document, separated by NUL: one string crosses at once. Places are in code points;
     * an image is its document's number, a space and its media type, and nothing where there is none.
     */
    String packed() {
        StringJoiner packed = new StringJoiner("\0");
        for (Span document : documents) {
            packed.add(oneLine(document.name()));
            packed.add(Integer.toString(codePoints(document.start())));
            packed.add(Integer.toString(codePoints(document.end())));
            Image image = document.image();
            packed.add(image == null ? "" : image.document() + " " + image.mediaType());
        }
        return packed.toString();
    }
}
