package dev.rlm.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The cells that have made a REPL what it is, in order. Bounded: a history beyond its limit cannot be run again. */
final class CellHistory {
    /** Replies are shared with the task's journal; this bounds what would stay here alone in the worst case. */
    private static final long MOST_CHARACTERS = 256L << 20;

    private static final int MOST_CELLS = 10_000;

    private final List<CellRecord> cells = new ArrayList<>();
    private final long mostCharacters;
    private long characters;
    private boolean overflowed;

    CellHistory() {
        this(MOST_CHARACTERS);
    }

    /** The history of a REPL that ran these cells in earlier processes, all of them in order. */
    static CellHistory of(List<PastCell> past) {
        CellHistory history = new CellHistory();
        for (PastCell cell : past) {
            history.remove(history.cells.stream()
                    .filter(earlier ->
                            cell.trace().leftOut().contains(earlier.source().number()))
                    .collect(Collectors.toSet()));
            switch (cell.status()) {
                case OK, ERROR, TIMED_OUT -> history.add(CellRecord.of(cell));
                case KILLED -> {}
                case STATE_LOST -> history.clear();
            }
        }
        return history;
    }

    CellHistory(long mostCharacters) {
        this.mostCharacters = mostCharacters;
    }

    void add(CellRecord cell) {
        if (overflowed) {
            return;
        }
        cells.add(cell);
        characters += cell.characters();
        if (characters > mostCharacters || cells.size() > MOST_CELLS) {
            cells.clear();
            overflowed = true;
        }
    }

    /** Whether there is nothing that a new worker would lack. */
    boolean isEmpty() {
        return cells.isEmpty() && !overflowed;
    }

    /** Whether running the cells again gives the REPL as it was. */
    boolean complete() {
        return !overflowed;
    }

    List<CellRecord> cells() {
        return List.copyOf(cells);
    }

    void remove(Set<CellRecord> leftOut) {
        cells.removeIf(leftOut::contains);
        leftOut.forEach(cell -> characters -= cell.characters());
    }

    /** Begins anew: the REPL is empty. */
    void clear() {
        cells.clear();
        characters = 0;
        overflowed = false;
    }
}
