package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Citation;
import dev.rlm.search.TextLocator.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the cell of a REPL brings to light of the context: what it searches, what it cites and what it shows. Thread-safe. */
final class Observations {
    private static final int MOST_PLACES = 100_000;

    private final TaskContext task;
    private final List<Place> scanned = new ArrayList<>();
    private final Set<Citation> citations = new LinkedHashSet<>();

    /** The texts that the cell cites, once it does: the REPL's, and the task's. */
    private @Nullable CitedText own;

    private @Nullable CitedText whole;

    /** What the documents of a text that is not the task's hold of the task's context. */
    private final Map<Integer, Held> held = new HashMap<>();

    /** The places of the parts that a document holds, and where all of it stands word for word, or -1. */
    private record Held(List<Place> places, int whole) {}

    /** Observations of a REPL of this task. */
    Observations(TaskContext task) {
        this.task = task;
    }

    /** Forgets what the cell before has brought to light. */
    synchronized void begin() {
        scanned.clear();
        citations.clear();
        forgetTexts();
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
     * Cites a passage of a REPL's text, whose places are code points. What stands in the task's context is evidence, as a
     * passage of the task's documents. A part of that context is cited by the task's documents and lines in any case, and
     * a text that a REPL has of its own by its own.
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
        CitedText mine = own == null ? new CitedText(text) : own;
        own = mine;
        int document = mine.documentOf(from, to);
        if (document == CitedText.NONE) {
            throw new IllegalArgumentException(
                    "a citation stands in one document, and this passage does not: see [(d.name, d.start, d.end) for d"
                            + " in documents]");
        }
        boolean shared = task.holds(text);
        OptionalInt place = shared ? OptionalInt.of(from) : placeInTask(text, document, from, to);
        Optional<Citation> inTask = place.isEmpty() ? Optional.empty() : inTask(place.getAsInt(), to - from);
        if (citations.size() < Citation.MOST) {
            inTask.ifPresent(citations::add);
        }
        return inTask.filter(_ -> shared).orElseGet(() -> mine.citation(document, from, to));
    }

    /** The citation of a passage of the task's context, if it is one of a document. */
    private Optional<Citation> inTask(int from, int length) {
        CitedText text = whole == null ? new CitedText(task.text()) : whole;
        whole = text;
        int document = text.documentOf(from, from + length);
        return document == CitedText.NONE
                ? Optional.empty()
                : Optional.of(text.citation(document, from, from + length));
    }

    /**
     * Where a passage of a text that is not the task's stands in the task's context, word for word: where its document does,
     * or first in what the document holds of that context.
     */
    private OptionalInt placeInTask(ContextText text, int document, int from, int to) {
        ContextText.Span span = text.documents().get(document);
        Held here = held.computeIfAbsent(document, _ -> held(text.text().substring(span.start(), span.end())));
        int place = here.whole() < 0
                ? first(text.text().substring(from, to), here.places())
                : here.whole() + from - span.start();
        return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
    }

    private Held held(String copy) {
        List<Place> places = task.placesOf(copy);
        return new Held(places, first(copy, places));
    }

    private int first(String sought, List<Place> places) {
        String all = task.text().text();
        return places.stream()
                .mapToInt(place -> all.indexOf(sought, place.start(), place.end()))
                .filter(found -> found >= 0)
                .findFirst()
                .orElse(-1);
    }

    /** A REPL that is closed holds no text any more. */
    private void forgetTexts() {
        held.clear();
        own = null;
        whole = null;
    }

    /** What a run's cell with this output has brought to light; empty if that is nothing. */
    Optional<Frame.CellObserved> told(int repl, long run, String output) {
        List<Place> went;
        List<Citation> cited;
        synchronized (this) {
            went = List.copyOf(scanned);
            cited = List.copyOf(citations);
            forgetTexts();
        }
        Frame.CellObserved observed =
                new Frame.CellObserved(repl, run, task.partsOf(output), task.partsAt(went), cited);
        boolean nothing = observed.shown().isEmpty()
                && observed.scanned().isEmpty()
                && observed.citations().isEmpty();
        return nothing ? Optional.empty() : Optional.of(observed);
    }
}
