package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Part;
import dev.rlm.sandbox.SandboxDocument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What of a task's documents was read, gathered part by part. Parts of documents that are not there count for nothing: it is
 * a worker that tells them. Not thread-safe.
 */
final class ReadText {

    /** Spans are joined when so many have come. */
    private static final int MANY = 50_000;

    /** Where each document starts if they follow each other, and where the last one ends. */
    private final long[] starts;

    private List<Span> spans = new ArrayList<>();

    private record Span(long start, long end) {}

    ReadText(List<SandboxDocument> documents) {
        starts = new long[documents.size() + 1];
        for (int i = 0; i < documents.size(); i++) {
            starts[i + 1] = starts[i] + documents.get(i).characters();
        }
    }

    /** What both have. */
    ReadText and(ReadText other) {
        ReadText both = new ReadText(starts);
        both.spans.addAll(spans);
        both.spans.addAll(other.spans);
        return both;
    }

    private ReadText(long[] starts) {
        this.starts = starts;
    }

    /** These parts were read. */
    void add(List<Part> parts) {
        for (Part part : parts) {
            if (0 <= part.document()
                    && part.document() <= part.lastDocument()
                    && part.lastDocument() + 1 < starts.length) {
                long start = place(part.document(), part.start());
                long end = place(part.lastDocument(), part.end());
                if (start < end) {
                    spans.add(new Span(start, end));
                }
            }
        }
        if (spans.size() > MANY) {
            spans = joined();
        }
    }

    private long place(int document, int inIt) {
        return Math.clamp(starts[document] + inIt, starts[document], starts[document + 1]);
    }

    /** How many characters were read. */
    long characters() {
        return joined().stream().mapToLong(span -> span.end() - span.start()).sum();
    }

    /** How many characters of each document were read. */
    long[] charactersOfEach() {
        long[] read = new long[starts.length - 1];
        int document = 0;
        for (Span span : joined()) {
            while (starts[document + 1] <= span.start()) {
                document++;
            }
            for (int i = document; i < read.length && starts[i] < span.end(); i++) {
                read[i] += Math.max(0, Math.min(span.end(), starts[i + 1]) - Math.max(span.start(), starts[i]));
            }
        }
        return read;
    }

    /** The spans in order, those that touch made one. */
    private List<Span> joined() {
        List<Span> joined = new ArrayList<>();
        for (Span span :
                spans.stream().sorted(Comparator.comparingLong(Span::start)).toList()) {
            if (!joined.isEmpty() && span.start() <= joined.getLast().end()) {
                Span last = joined.removeLast();
                joined.add(new Span(last.start(), Math.max(last.end(), span.end())));
            } else {
                joined.add(span);
            }
        }
        return joined;
    }
}
