package dev.rlm.engine;

import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Part;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.sandbox.CellObservations;
import dev.rlm.sandbox.ContextPart;
import dev.rlm.sandbox.SandboxDocument;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What an answer rests on, read from the journal of its run: the same journal gives the same. */
public final class Evidence {

    private static final int MOST_CITATIONS = 100;

    private Evidence() {}

    /**
     * Gathers what the entries tell.
     *
     * @param entries all of the task's, in order
     * @param documents the documents of the task's REPL, in order
     * @param question what was asked
     * @param answer how the run ended
     */
    public static EvidenceGathered of(
            List<Entry> entries, List<SandboxDocument> documents, String question, Answer answer) {
        CoverageReader coverage = new CoverageReader(documents);
        // Journals of before have what children cited of texts of their own.
        Set<String> names = documents.stream().map(SandboxDocument::name).collect(Collectors.toSet());
        Set<Citation> made = new LinkedHashSet<>();
        Set<String> answered = new HashSet<>();
        for (Entry entry : entries) {
            switch (entry.event()) {
                // What is asked for again was read before.
                case SubCallEnded it when it.reply() != null && !StepKeys.isRepair(entry) -> answered.add(entry.key());
                case DirectReplied _ -> coverage.readWholeByRoot();
                case PromptsLocated it -> {
                    String prefix = prefix(entry, it.cell());
                    for (TaskEvent.LocatedPrompt prompt : it.prompts()) {
                        answered.remove(prefix + StepKeys.subCall(it.cell(), prompt.call()));
                        coverage.readBySubModels(prompt.parts());
                    }
                }
                case CellObserved it -> {
                    coverage.observed(it, entry.child() != null);
                    it.citations().stream()
                            .filter(citation -> entry.child() == null || names.contains(citation.document()))
                            .forEach(made::add);
                }
                default -> {}
            }
        }
        List<Citation> referred = made.stream()
                .filter(citation -> Claims.refersTo(answer, citation))
                .toList();
        return new EvidenceGathered(
                coverage.coverage(question, answered.size()),
                (referred.isEmpty() ? made.stream() : referred.stream())
                        .limit(MOST_CITATIONS)
                        .toList(),
                made.size());
    }

    /** What stands before the keys of the steps of the child that an entry is of. */
    private static String prefix(Entry entry, int cell) {
        String key = Objects.requireNonNull(entry.key(), "The entry is a step.");
        return key.substring(0, key.lastIndexOf(StepKeys.located(cell, "")));
    }

    /** What a cell brought to light, as it is recorded. */
    static CellObserved event(int cell, CellObservations observations) {
        return new CellObserved(
                cell,
                parts(observations.shown()),
                parts(observations.scanned()),
                observations.citations().stream()
                        .map(each ->
                                new Citation(each.document(), each.line(), each.lastLine(), each.quote(), each.cut()))
                        .toList());
    }

    /** Parts of the context as they are recorded. */
    static List<Part> parts(List<ContextPart> parts) {
        return parts.stream()
                .map(part -> new Part(part.document(), part.start(), part.lastDocument(), part.end()))
                .toList();
    }
}
