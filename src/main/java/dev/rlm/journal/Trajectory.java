package dev.rlm.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.rlm.journal.Journal.Entry;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes a journal as JSON lines, one entry a line: its {@code number}, {@code time} (ISO 8601, UTC) and {@code type} (the
 * event's name), then the event's own members; durations are seconds, names are in snake case.
 */
public final class Trajectory {

    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .propertyNamingStrategy(SNAKE_CASE)
            .build();

    private Trajectory() {}

    /** Writes the entries in their order. */
    public static void write(List<Entry> entries, Writer writer) throws IOException {
        for (Entry entry : entries) {
            ObjectNode line = MAPPER.createObjectNode();
            line.put("number", entry.number());
            line.put("time", entry.time().toString());
            line.put("type", SNAKE_CASE.translate(entry.event().getClass().getSimpleName()));
            line.setAll((ObjectNode) MAPPER.valueToTree(entry.event()));
            writer.write(line.toString());
            writer.write('\n');
        }
    }
}
