package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.Context;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists a caller's contexts and tasks together, the newest first, by pages. A cursor names the place between two of them by time
 * and id, so whatever comes or goes meanwhile, nothing that was there all along is listed twice or left out.
 */
final class ResourceList {

    private static final int PAGE = 50;
    private static final int TITLE_CHARACTERS = 80;

    /** Newest first, as the store of tasks lists tasks. */
    private static final Comparator<Position> ORDER = Comparator.comparing(Position::submitted)
            .thenComparing(Position::id)
            .reversed();

    private final Belongings belongings;

    ResourceList(Belongings belongings) {
        this.belongings = belongings;
    }

    private record Item(Position position, Supplier<Optional<ObjectNode>> resource) {}

    /**
     * A page: {@code resources}, and {@code nextCursor} if there are more.
     *
     * @param cursor where the page begins; null for the first
     */
    ObjectNode page(@Nullable String cursor, String caller) throws RequestFailure {
        Position after = cursor == null ? null : after(cursor);
        Stream<Item> contexts = belongings.contexts(caller).stream()
                .map(context -> new Item(position(context), () -> Optional.of(resource(context))))
                .filter(item -> after == null || ORDER.compare(item.position(), after) > 0);
        Stream<Item> tasks = belongings.tasks(caller, after, PAGE + 1).stream()
                .map(task -> new Item(
                        task.position(), () -> belongings.asked(caller, task).map(asked -> resource(task, asked))));
        // One more tells whether there is another page.
        List<Item> items = Stream.concat(contexts, tasks)
                .sorted(Comparator.comparing(Item::position, ORDER))
                .limit(PAGE + 1)
                .toList();
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode resources = page.putArray("resources");
        // One that is deleted meanwhile is left out.
        items.stream().limit(PAGE).forEach(item -> item.resource().get().ifPresent(resources::add));
        if (items.size() > PAGE) {
            page.put("nextCursor", Cursor.of(items.get(PAGE - 1).position()));
        }
        return page;
    }

    private static ObjectNode resource(Context context) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uri", new ResourceUri.OfContext(context.id()).toString());
        json.put("name", context.id());
        json.put("title", context.name());
        json.put(
                "description",
                "A context: %d documents, %d characters, about %d tokens."
                        .formatted(context.documents().size(), context.characters(), context.tokens()));
        json.put("mimeType", Resources.JSON);
        json.put("size", Resources.description(context).getBytes(StandardCharsets.UTF_8).length);
        annotate(json, context.created());
        return json;
    }

    private static ObjectNode resource(StoredTask task, Submitted asked) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uri", new ResourceUri.OfTask(task.id()).toString());
        json.put("name", task.id());
        json.put("title", title(asked.question()));
        json.put(
                "description",
                "A task about %d contexts: %s.".formatted(asked.contextIds().size(), task.state()));
        json.put("mimeType", Resources.JSON);
        annotate(json, task.ended() == null ? task.submitted() : task.ended());
        return json;
    }

    private static void annotate(ObjectNode json, Instant lastModified) {
        ObjectNode annotations = json.putObject("annotations");
        annotations.putArray("audience").add("user").add("assistant");
        annotations.put("lastModified", lastModified.toString());
    }

    private static String title(String question) {
        String line = question.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= TITLE_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, TITLE_CHARACTERS)) + "…";
    }

    private static Position position(Context context) {
        return new Position(context.created().truncatedTo(ChronoUnit.MICROS), context.id());
    }

    private static Position after(String cursor) throws RequestFailure {
        return Cursor.position(cursor)
                .orElseThrow(
                        () -> RequestFailure.invalid(
                                "The cursor " + Quoted.of(cursor)
                                        + " is none that resources/list gave: pass `nextCursor` of the page before, or none for the first page."));
    }
}
