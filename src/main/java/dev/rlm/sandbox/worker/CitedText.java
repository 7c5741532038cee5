package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Citation;
import java.util.List;

/** A text of which passages are cited. Not thread-safe. */
final class CitedText {
    /** There is no such document. */
    static final int NONE = -1;

    private final ContextText text;

    /** Where the last citation was, from which the lines of the next are counted if it is behind it. */
    private Counted counted = new Counted(NONE, 0, 1);

    private record Counted(int document, int place, long line) {}

    CitedText(ContextText text) {
        this.text = text;
    }

    /** The document in which all of a passage stands, or {@link #NONE}. */
    int documentOf(int from, int to) {
        List<ContextText.Span> documents = text.documents();
        for (int i = 0; i < documents.size(); i++) {
            if (documents.get(i).start() <= from && to <= documents.get(i).end()) {
                return i;
            }
        }
        return NONE;
    }

    /** The citation of a passage that stands in a document. */
    Citation citation(int document, int from, int to) {
        String all = text.text();
        ContextText.Span span = text.documents().get(document);
        long line = lineOf(document, span, from);
        long lastLine = line + lineBreaks(from, to - 1);
        int length = Math.min(to - from, Citation.MOST_CHARACTERS);
        boolean cut = length < to - from;
        if (cut && Character.isHighSurrogate(all.charAt(from + length - 1))) {
            length--;
        }
        return new Citation(name(span), line, lastLine, all.substring(from, from + length), cut);
    }

    private static String name(ContextText.Span span) {
        String name = ContextText.oneLine(span.name());
        return name.length() <= Frame.MOST_LINE_CHARACTERS ? name : name.substring(0, Frame.MOST_LINE_CHARACTERS);
    }

    private long lineOf(int document, ContextText.Span span, int place) {
        Counted known = counted.document() == document && counted.place() <= place
                ? counted
                : new Counted(document, span.start(), 1);
        long line = known.line() + lineBreaks(known.place(), place);
        counted = new Counted(document, place, line);
        return line;
    }

    private long lineBreaks(int from, int to) {
        String all = text.text();
        long count = 0;
        int next = all.indexOf('\n', from, Math.max(from, to));
        while (next >= 0) {
            count++;
            next = all.indexOf('\n', next + 1, to);
        }
        return count;
    }
}
