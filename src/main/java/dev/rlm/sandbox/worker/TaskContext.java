package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame.Part;
import dev.rlm.sandbox.protocol.Frame.PromptParts;
import dev.rlm.search.TextLocator;
import dev.rlm.search.TextLocator.Located;
import dev.rlm.search.TextLocator.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context of the task, which is that of the first REPL, and which parts of it other texts hold. The index that tells is
 * made when it is first needed, if there is memory for it. What cannot be told is unknown, and is no error. Thread-safe.
 */
final class TaskContext {
    /** The parts of all prompts of a query are at most about so many. */
    private static final int MOST_OF_QUERY = 20_000;

    /** An index is made only where so many times its memory is free. */
    private static final int ROOM = 3;

    private ContextText text = ContextText.EMPTY;
    private @Nullable TextLocator locator;
    private boolean sought;

    /** Makes this the task's context. */
    synchronized void open(ContextText opened) {
        text = opened;
        locator = null;
        sought = false;
    }

    /** The text of the task's context. */
    synchronized ContextText text() {
        return text;
    }

    /** Whether places in another REPL's text are places in this context. */
    @SuppressWarnings("ReferenceEquality") // Parts of a context share its text.
    synchronized boolean holds(ContextText other) {
        return other.text() == text.text();
    }

    /** What each of the prompts of a query holds; empty if it cannot be told. */
    Optional<List<PromptParts>> partsOf(List<String> prompts) {
        TextLocator index = locator();
        if (index == null) {
            return Optional.empty();
        }
        int most = Math.clamp(MOST_OF_QUERY / prompts.size(), 1, PromptParts.MOST_PARTS);
        try {
            List<PromptParts> found = new ArrayList<>(prompts.size());
            for (String prompt : prompts) {
                if (Thread.currentThread().isInterrupted()) {
                    return Optional.empty();
                }
                Located located = index.locate(prompt, Part.MOST);
                List<Part> parts = parts(located.places());
                found.add(new PromptParts(longest(parts, most), located.complete() && parts.size() <= most));
            }
            return Optional.of(found);
        } catch (RuntimeException | OutOfMemoryError e) {
            return Optional.empty();
        }
    }

    /** What a text holds; nothing if it cannot be told. */
    List<Part> partsOf(String other) {
        if (other.length() < TextLocator.LEAST_LINE) {
            return List.of();
        }
        return partsOf(List.of(other)).map(each -> each.getFirst().parts()).orElse(List.of());
    }

    /** Where in the context the parts stand that another text holds, white space not compared; none if it cannot be told. */
    List<Place> placesOf(String other) {
        TextLocator index = other.length() < TextLocator.LEAST_LINE ? null : locator();
        if (index == null) {
            return List.of();
        }
        try {
            return index.locate(other, Part.MOST).places();
        } catch (RuntimeException | OutOfMemoryError e) {
            return List.of();
        }
    }

    /** Places in the context as parts of its documents, the longest if there are too many. */
    List<Part> partsAt(List<Place> places) {
        List<Place> sorted = places.stream()
                .sorted(Comparator.comparingInt(Place::start).thenComparingInt(Place::end))
                .toList();
        return longest(parts(sorted), Part.MOST);
    }

    private synchronized @Nullable TextLocator locator() {
        if (!sought) {
            sought = true;
            Runtime runtime = Runtime.getRuntime();
            long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
            String whole = text.text();
            if (!whole.isEmpty() && ROOM * TextLocator.bytes(whole.length()) < free) {
                try {
                    locator = new TextLocator(whole);
                } catch (RuntimeException | OutOfMemoryError e) {
                    locator = null;
                }
            }
        }
        return locator;
    }

    /** Places in the order of the text, as parts; those between which nothing of a document stands are joined. */
    private List<Part> parts(List<Place> places) {
        List<ContextText.Span> documents = documents();
        List<Part> parts = new ArrayList<>();
        for (Place place : places) {
            int first = firstEndingAfter(documents, place.start());
            int last = lastStartingBefore(documents, place.end());
            if (first > last) {
                continue;
            }
            ContextText.Span lastSpan = documents.get(last);
            int start = Math.max(0, place.start() - documents.get(first).start());
            int end = Math.min(place.end(), lastSpan.end()) - lastSpan.start();
            Part part = new Part(first, start, last, end);
            if (!parts.isEmpty() && touch(documents, parts.getLast(), part)) {
                Part before = parts.removeLast();
                part = isBefore(part.lastDocument(), part.end(), before.lastDocument(), before.end())
                        ? before
                        : new Part(before.document(), before.start(), last, end);
            }
            parts.add(part);
        }
        return parts;
    }

    private static boolean isBefore(int document, int place, int otherDocument, int otherPlace) {
        return document < otherDocument || (document == otherDocument && place <= otherPlace);
    }

    /** Whether nothing of a document stands between the end of a part and the start of the next, which starts later. */
    private static boolean touch(List<ContextText.Span> documents, Part part, Part next) {
        int document = part.lastDocument();
        int end = part.end();
        while (document < next.document() && end == length(documents.get(document))) {
            document++;
            end = 0;
        }
        return document > next.document() || (document == next.document() && next.start() <= end);
    }

    private static int length(ContextText.Span document) {
        return document.end() - document.start();
    }

    private synchronized List<ContextText.Span> documents() {
        return text.documents();
    }

    /** The first document that ends after a place. */
    private static int firstEndingAfter(List<ContextText.Span> documents, int place) {
        int low = 0;
        int high = documents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (documents.get(middle).end() > place) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The last document that starts before a place and is not empty, or -1. */
    private static int lastStartingBefore(List<ContextText.Span> documents, int place) {
        int low = 0;
        int high = documents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (documents.get(middle).start() < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int last = low - 1;
        while (last >= 0 && length(documents.get(last)) == 0) {
            last--;
        }
        return last;
    }

    private List<Part> longest(List<Part> parts, int most) {
        if (parts.size() <= most) {
            return List.copyOf(parts);
        }
        List<ContextText.Span> documents = documents();
        return parts.stream()
                .sorted(Comparator.comparingInt((Part part) -> place(documents, part.document(), part.start())
                        - place(documents, part.lastDocument(), part.end())))
                .limit(most)
                .sorted(Comparator.comparingInt(Part::document).thenComparingInt(Part::start))
                .toList();
    }

    private static int place(List<ContextText.Span> documents, int document, int inIt) {
        return documents.get(document).start() + inIt;
    }
}
