package dev.rlm.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
