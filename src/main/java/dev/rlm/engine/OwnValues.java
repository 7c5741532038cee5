package dev.rlm.engine;

import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.sandbox.Repl.Variable;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells which values of a REPL a run has made or changed itself. In a session the others were made for earlier questions,
 * and what answered one of those is no answer to this one.
 */
final class OwnValues {

    private static final Pattern ANSWER = Pattern.compile("\\banswer\\b");

    private final Session session;
    private final Journal journal;

    /**
     * The values of a run.
     *
     * @param session what was asked before
     * @param journal the run's record
     */
    OwnValues(Session session, Journal journal) {
        this.session = session;
        this.journal = journal;
    }

    /** Those of these variables that are the run's own, in the same order. */
    List<Variable> of(List<Variable> variables) {
        if (session.tasks().isEmpty()) {
            return variables;
        }
        Set<String> assigned = events(CellEnded.class)
                .flatMap(cell -> cell.traces().assigned().stream())
                .collect(Collectors.toSet());
        return variables.stream()
                .filter(variable -> assigned.contains(variable.name()))
                .toList();
    }

    /**
     * Whether the content of {@code answer} may be the run's own. The REPL does not tell which cells have changed it, so a
     * cell that names it counts.
     */
    boolean mayHaveAnswer() {
        return session.tasks().isEmpty()
                || events(CellStarted.class)
                        .anyMatch(cell -> ANSWER.matcher(cell.code()).find());
    }

    private <E> Stream<E> events(Class<E> type) {
        return journal.entriesAfter(0).stream()
                .filter(entry -> entry.child() == null)
                .map(Journal.Entry::event)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
