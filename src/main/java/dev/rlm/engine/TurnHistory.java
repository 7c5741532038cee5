package dev.rlm.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.RootReplied;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The turns of a run as its code reads them in {@code history}: whole, whatever the root model sees of them. */
final class TurnHistory {

    /** Of what is longer, the oldest turns are left out. */
    private static final long MOST_CHARACTERS = 5_000_000;

    private final TreeMap<Integer, ObjectNode> turns = new TreeMap<>();
    private final Map<Integer, ObjectNode> cells = new HashMap<>();
    private final Map<Integer, Integer> turnOfCell = new HashMap<>();

    /** The turns that a journal tells of; those of children are none of them. */
    static TurnHistory of(List<Journal.Entry> entries) {
        return of(Session.NONE, entries);
    }

    /** The turns of a session and of the journal of the task that goes on with it, numbered through all of them. */
    static TurnHistory of(Session session, List<Journal.Entry> entries) {
        TurnHistory history = new TurnHistory();
        session.tasks().forEach(task -> history.add(task.entries()));
        history.add(entries);
        return history;
    }

    private void add(List<Journal.Entry> entries) {
        int before = turns.isEmpty() ? 0 : turns.lastKey();
        entries.stream().filter(entry -> entry.child() == null).forEach(entry -> {
            switch (entry.event()) {
                case RootReplied it -> turn(before + it.turn()).put("written", it.text());
                case CellStarted it -> cell(before + it.turn(), it.cell()).put("code", it.code());
                case CellEnded it -> {
                    ObjectNode cell = cells.get(it.cell());
                    if (cell != null) {
                        cell.put("output", it.output());
                    }
                }
                default -> {}
            }
        });
    }

    private ObjectNode turn(int number) {
        return turns.computeIfAbsent(number, _ -> {
            ObjectNode turn = JsonNodeFactory.instance.objectNode();
            turn.put("turn", number).put("written", "").putArray("cells");
            return turn;
        });
    }

    private ObjectNode cell(int turn, int cell) {
        turnOfCell.put(cell, turn);
        return cells.computeIfAbsent(
                cell, number -> turn(turn).withArray("cells").addObject().put("cell", number));
    }

    /** The turns before that of a cell, as a JSON array, which is the same whenever it is asked for. */
    String before(int cell) {
        Collection<ObjectNode> earlier = turns.headMap(turnOfCell.getOrDefault(cell, 0), false)
                .descendingMap()
                .values();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        long characters = 0;
        for (ObjectNode turn : earlier) {
            characters += turn.toString().length();
            if (characters > MOST_CHARACTERS) {
                break;
            }
            all.insert(0, turn);
        }
        return all.toString();
    }
}
