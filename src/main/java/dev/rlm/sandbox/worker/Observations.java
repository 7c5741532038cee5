package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Citation;
import dev.rlm.search.TextLocator.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the cell of a REPL brings to light of the context: what it searches, what it cites and what it shows. Thread-safe. */
final class Observations {
    private static final int MOST_PLACES = 100_000;

    private final TaskContext task;
    private final List<Place> scanned = new ArrayList<>();
    private final Set<Citation> citations = new LinkedHashSet<>();

    /** Where the last citation was, from which the lines of the next are counted if it is behind it. */
    private Counted counted = new Counted(-1, 0, 1);

    private record Counted(int document, int place, long line) {}

    /** Observations of a REPL of this task. */
    Observations(TaskContext task) {
        this.task = task;
    }

    /** Forgets what the cell before has brought to light. */
    synchronized void begin() {
        scanned.clear();
        citations.clear();
        counted = new Counted(-1, 0, 1);
    }

    /** A search went through the text of a REPL from one place to another. */
    synchronized void scanned(ContextText text, int start, int end) {
        if (start >= end || !task.holds(text)) {
            return;
        }
        if (!scanned.isEmpty() && scanned.getLast().equals(new Place(start, end))) {
            return;
        }
        if (scanned.size() == MOST_PLACES) {
            Set<Place> different = new LinkedHashSet<>(scanned);
            scanned.clear();
            scanned.addAll(different);
        }
        if (scanned.size() < MOST_PLACES) {
            scanned.add(new Place(start, end));
        }
    }

    /**
     * Cites a passage of a REPL's text, whose places are code points.
     *
     * @throws IllegalArgumentException if it is none of a document, with a sentence
     */
    synchronized Citation cite(ContextText text, long start, long end) {
        if (start >= end || !text.has(new Frame.Range(start, end))) {
            throw new IllegalArgumentException("the context has " + text.codePointCount()
                    + " characters, and no passage from " + start + " to " + end
                    + ": give a start and a later end within it");
        }
        int from = text.utf16(start);
        int to = text.utf16(end);
        int document = documentOf(text, from, to);
        ContextText.Span span = text.documents().get(document);
        long line = lineOf(text.text(), document, span, from);
        long lastLine = line + lineBreaks(text.text(), from, to - 1);
        int length = Math.min(to - from, Citation.MOST_CHARACTERS);
        boolean cut = length < to - from;
        if (cut && Character.isHighSurrogate(text.text().charAt(from + length - 1))) {
            length--;
        }
        Citation citation = new Citation(name(span), line, lastLine, text.text().substring(from, from + length), cut);
        if (citations.size() < Citation.MOST) {
            citations.add(citation);
        }
        return citation;
    }

    private static String name(ContextText.Span span) {
        String name = ContextText.oneLine(span.name());
        return name.length() <= Frame.MOST_LINE_CHARACTERS ? name : name.substring(0, Frame.MOST_LINE_CHARACTERS);
    }

    private static int documentOf(ContextText text, int from, int to) {
        List<ContextText.Span> documents = text.documents();
        for (int i = 0; i < documents.size(); i++) {
            if (documents.get(i).start() <= from && to <= documents.get(i).end()) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "a citation stands in one document, and this passage does not: see [(d.name, d.start, d.end) for d in"
                        + " documents]");
    }

    private long lineOf(String text, int document, ContextText.Span span, int place) {
        Counted known = counted.document() == document && counted.place() <= place
                ? counted
                : new Counted(document, span.start(), 1);
        long line = known.line() + lineBreaks(text, known.place(), place);
        counted = new Counted(document, place, line);
        return line;
    }

    private static long lineBreaks(String text, int from, int to) {
        long count = 0;
        int next = text.indexOf('\n', from, Math.max(from, to));
        while (next >= 0) {
            count++;
            next = text.indexOf('\n', next + 1, to);
        }
        return count;
    }

    /** What a run's cell with this output has brought to light; empty if that is nothing. */
    Optional<Frame.CellObserved> told(int repl, long run, String output) {
        List<Place> went;
        List<Citation> cited;
        synchronized (this) {
            went = List.copyOf(scanned);
            cited = List.copyOf(citations);
        }
        Frame.CellObserved observed =
                new Frame.CellObserved(repl, run, task.partsOf(output), task.partsAt(went), cited);
        boolean nothing = observed.shown().isEmpty()
                && observed.scanned().isEmpty()
                && observed.citations().isEmpty();
        return nothing ? Optional.empty() : Optional.of(observed);
    }
}
