package dev.rlm.journal;

import static dev.rlm.journal.EventJson.MAPPER;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal as JSON lines, one entry a line: its {@code number}, {@code time} (ISO 8601, UTC) and {@code type} (the
 * event's name), {@code child} if it is an event of a child question, {@code of} if a child begins or ends with it, then the
 * event's own members; durations are seconds, names are in snake case. For people and programs outside; {@link EventCodec} has
 * the form in which events are read again.
 */
public final class Trajectory {

    private static final EventCodec CODEC = new EventCodec();

    private Trajectory() {}

    /** Writes the entries in their order. */
    public static void write(List<Entry> entries, Writer writer) throws IOException {
        for (Entry entry : entries) {
            writer.write(line(entry).toString());
            writer.write('\n');
        }
    }

    /** An entry as the JSON object that is its line. */
    public static ObjectNode line(Entry entry) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("number", entry.number());
        line.put("time", entry.time().toString());
        line.put("type", CODEC.typeOf(entry.event()));
        if (entry.child() != null) {
            line.put("child", entry.child());
        }
        String of = beginsOrEnds(entry);
        if (of != null) {
            line.put("of", of);
        }
        line.setAll((ObjectNode) MAPPER.valueToTree(entry.event()));
        return line;
    }

    /** What {@code child} is in the events of the child that begins or ends with an entry; null for other entries. */
    private static @Nullable String beginsOrEnds(Entry entry) {
        String key = entry.key();
        if (key == null) {
            return null;
        }
        return switch (entry.event()) {
            case ChildStarted _ -> key.substring(0, key.lastIndexOf('/'));
            case ChildEnded _ -> key;
            default -> null;
        };
    }
}
