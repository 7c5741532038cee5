package dev.rlm.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rlm.journal.Journal.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A part of a trajectory that one reading gives: at most {@value #EVENTS} events, at least one if there is one, and no more of
 * them once the part has {@value #CHARACTERS} characters. Long texts within events are cut, and say so.
 *
 * @param events the events, as {@link Trajectory} has them
 * @param last the number of the last of them; that of the event before if there is none
 * @param more whether there are events after it
 */
public record TrajectoryPart(List<ObjectNode> events, long last, boolean more) {

    private static final int EVENTS = 500;
    private static final int CHARACTERS = 200_000;
    private static final int TEXT_CHARACTERS = 4_000;

    /** So many are fetched at a time: each may be large. */
    private static final int FETCHED = 50;

    /**
     * The part after an event.
     *
     * @param after the event's number; 0 for the beginning
     */
    public static TrajectoryPart of(Journal journal, long after) {
        List<ObjectNode> events = new ArrayList<>();
        long last = after;
        int characters = 0;
        while (true) {
            List<Entry> entries = journal.entriesAfter(last, FETCHED);
            for (Entry entry : entries) {
                if (events.size() == EVENTS || characters >= CHARACTERS) {
                    return new TrajectoryPart(events, last, true);
                }
                ObjectNode event = Trajectory.line(entry);
                var _ = cut(event);
                events.add(event);
                characters += event.toString().length();
                last = entry.number();
            }
            if (entries.size() < FETCHED) {
                return new TrajectoryPart(events, last, false);
            }
        }
    }

    /** The events as JSON lines. */
    public String lines() {
        return events.stream().map(event -> event + "\n").collect(Collectors.joining());
    }

    private static JsonNode cut(JsonNode node) {
        switch (node) {
            case ObjectNode object -> {
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    member.setValue(cut(member.getValue()));
                }
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, cut(array.get(i)));
                }
            }
            case TextNode text
            when text.textValue().length() > TEXT_CHARACTERS -> {
                return TextNode.valueOf(cut(text.textValue()));
            }
            default -> {}
        }
        return node;
    }

    private static String cut(String text) {
        int end = Character.isHighSurrogate(text.charAt(TEXT_CHARACTERS - 1)) ? TEXT_CHARACTERS - 1 : TEXT_CHARACTERS;
        return text.substring(0, end) + "… (" + (text.length() - end) + " more characters)";
    }
}
