package dev.rlm.journal;

import static dev.rlm.journal.EventJson.MAPPER;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.Journal.Entry;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes a journal as JSON lines, one entry a line: its {@code number}, {@code time} (ISO 8601, UTC) and {@code type} (the
 * event's name), {@code child} if it is an event of a child question, then the event's own members; durations are seconds, names are in snake case. For people and programs
 * outside; {@link EventCodec} has the form in which events are read again.
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
        line.setAll((ObjectNode) MAPPER.valueToTree(entry.event()));
        return line;
    }
}
