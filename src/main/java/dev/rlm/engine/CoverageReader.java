package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.Part;
import dev.rlm.sandbox.SandboxDocument;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Adds up how much of a task's context was read, and by whom. Not thread-safe. */
final class CoverageReader {

    private static final int DOCUMENTS_LISTED = 20;

    private final List<SandboxDocument> documents;
    private final ReadText bySubModels;
    private final ReadText byRoot;
    private final ReadText byScans;

    CoverageReader(List<SandboxDocument> documents) {
        this.documents = documents;
        this.bySubModels = new ReadText(documents);
        this.byRoot = new ReadText(documents);
        this.byScans = new ReadText(documents);
    }

    void readBySubModels(List<Part> parts) {
        bySubModels.add(parts);
    }

    /** The root model was shown all documents. */
    void readWholeByRoot() {
        int last = documents.size() - 1;
        byRoot.add(List.of(new Part(0, 0, last, (int) documents.get(last).characters())));
    }

    /** A cell brought this to light; what one of a child shows is read by a sub-model. */
    void observed(CellObserved cell, boolean ofChild) {
        (ofChild ? bySubModels : byRoot).add(cell.shown());
        byScans.add(cell.scanned());
    }

    /**
     * The coverage as far as it has been read.
     *
     * @param question the question that it is the coverage of
     * @param subCallsUnknown how many sub-calls have read nobody knows what
     */
    Coverage coverage(String question, int subCallsUnknown) {
        ReadText byAny = bySubModels.and(byRoot).and(byScans);
        long[] readOfEach = byAny.charactersOfEach();
        long characters =
                documents.stream().mapToLong(SandboxDocument::characters).sum();
        long read = byAny.characters();
        return new Coverage(
                characters,
                bySubModels.characters(),
                byRoot.characters(),
                byScans.characters(),
                read,
                documents.size(),
                (int) IntStream.range(0, readOfEach.length)
                        .filter(i -> readOfEach[i] > 0 || documents.get(i).characters() == 0)
                        .count(),
                subCallsUnknown,
                note(question, characters, read, subCallsUnknown),
                leastRead(readOfEach));
    }

    private List<DocumentCoverage> leastRead(long[] readOfEach) {
        long[] subModels = bySubModels.charactersOfEach();
        long[] root = byRoot.charactersOfEach();
        long[] scans = byScans.charactersOfEach();
        return IntStream.range(0, readOfEach.length)
                .filter(i -> readOfEach[i] < documents.get(i).characters())
                .mapToObj(i -> new DocumentCoverage(
                        documents.get(i).name(),
                        documents.get(i).characters(),
                        subModels[i],
                        root[i],
                        scans[i],
                        readOfEach[i]))
                .sorted(Comparator.comparingDouble((DocumentCoverage each) -> (double) each.byAny() / each.characters())
                        .thenComparingLong(each -> -each.characters()))
                .limit(DOCUMENTS_LISTED)
                .toList();
    }

    private static @Nullable String note(String question, long characters, long read, int subCallsUnknown) {
        // A question that has a word by chance is told something that is true in any case.
        Optional<String> words = QuestionKind.wordsForAllOf(question);
        if (read >= characters || words.isEmpty()) {
            return null;
        }
        String unknown = switch (subCallsUnknown) {
            case 0 -> "";
            case 1 -> " What one sub-call read is not known.";
            default -> " What " + subCallsUnknown + " sub-calls read is not known.";
        };
        return "The question may ask for all of something (\"%s\"), and %s %% of the context's characters were found in what models read and searches went through: the rest may hold more, unless plain Python code went through it."
                        .formatted(words.get(), percent(read, characters))
                + unknown;
    }

    /** Cut rather than rounded: 100 are only all. */
    private static String percent(long part, long whole) {
        long tenths = 1000 * part / whole;
        return String.format(Locale.ROOT, "%d.%d", tenths / 10, tenths % 10);
    }
}
