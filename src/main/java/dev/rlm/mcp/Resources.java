package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.context.Slice;
import dev.rlm.journal.TrajectoryPart;
import dev.rlm.task.TaskReport;
import java.util.Base64;
import java.util.List;

/**
 * The resources: a caller's contexts, their documents, and tasks with their trajectories. What is too long for one reading comes
 * in parts, and a second content then names the next one. Thread-safe.
 */
final class Resources {

    /** The media type of descriptions. */
    static final String JSON = "application/json";

    private static final String JSON_LINES = "application/jsonl";
    private static final String TEXT = "text/plain";

    /** How much of a text one reading gives. */
    private static final int TEXT_CHARACTERS = 100_000;

    /** Larger images are not given; models take no larger ones either. */
    private static final long IMAGE_BYTES = 10_000_000;

    private final Belongings belongings;
    private final ResourceList list;
    private final List<ResourceTemplate> templates = ResourceTemplate.load();

    Resources(Belongings belongings) {
        this.belongings = belongings;
        this.list = new ResourceList(belongings);
    }

    /** The kinds of resources. */
    List<ResourceTemplate> templates() {
        return templates;
    }

    /** {@code resources/list}. */
    ObjectNode list(Params params, String caller) throws RequestFailure {
        return list.page(params.textOrNull("cursor"), caller);
    }

    /** {@code resources/templates/list}. */
    ObjectNode listTemplates(Params params) throws RequestFailure {
        params.requireFirstPage();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode listed = json.putArray("resourceTemplates");
        templates.forEach(template -> listed.add(template.json()));
        return json;
    }

    /** {@code resources/read}. */
    ObjectNode read(Params params, String caller) throws RequestFailure, InterruptedException {
        String uri = params.text("uri");
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode contents = json.putArray("contents");
        switch (ResourceUri.parse(uri)) {
            case ResourceUri.OfContext it ->
                addText(contents, uri, JSON, description(belongings.context(caller, it.id())));
            case ResourceUri.OfDocument it ->
                addDocument(contents, uri, it, belongings.context(caller, it.contextId()));
            case ResourceUri.OfTask it ->
                addText(
                        contents,
                        uri,
                        JSON,
                        TaskReport.of(belongings.task(caller, it.id()), 0).toString());
            case ResourceUri.OfTrajectory it -> addTrajectory(contents, uri, it, caller);
        }
        return json;
    }

    /** What a context is made of, as JSON. */
    static String description(Context context) {
        return ContextTools.json(context).toString();
    }

    private void addDocument(ArrayNode contents, String uri, ResourceUri.OfDocument wanted, Context context)
            throws RequestFailure, InterruptedException {
        Document document = context.documents().stream()
                .filter(it -> it.name().equals(wanted.document()))
                .findFirst()
                .orElseThrow(() -> RequestFailure.notFound("The context " + context.id() + " has no document "
                        + Quoted.of(wanted.document()) + ". " + new ResourceUri.OfContext(context.id())
                        + " lists its documents, and completion finds them by the beginning of their names."));
        String mediaType = document.mediaType();
        if (mediaType != null) {
            addImage(contents, uri, context, document, mediaType);
            return;
        }
        Slice part = belongings.text(context, document, wanted.offset(), TEXT_CHARACTERS);
        addText(contents, uri, TEXT, part.text());
        if (part.more()) {
            addNext(
                    contents,
                    new ResourceUri.OfDocument(context.id(), document.name(), part.end()),
                    "These are the characters %d to %d of %d."
                            .formatted(part.start(), part.end(), document.characters()));
        }
    }

    private void addImage(ArrayNode contents, String uri, Context context, Document image, String mediaType)
            throws RequestFailure, InterruptedException {
        if (image.bytes() > IMAGE_BYTES) {
            throw RequestFailure.invalid("The image " + Quoted.of(image.name()) + " has " + image.bytes()
                    + " bytes; images of up to " + IMAGE_BYTES + " bytes can be read. Ask about it with rlm_ask.");
        }
        contents.addObject()
                .put("uri", uri)
                .put("mimeType", mediaType)
                .put("blob", Base64.getEncoder().encodeToString(belongings.image(context, image)));
    }

    private void addTrajectory(ArrayNode contents, String uri, ResourceUri.OfTrajectory wanted, String caller)
            throws RequestFailure {
        TrajectoryPart part = TrajectoryPart.of(belongings.journal(caller, wanted.taskId()), wanted.after());
        addText(contents, uri, JSON_LINES, part.lines());
        if (part.more()) {
            addNext(
                    contents,
                    new ResourceUri.OfTrajectory(wanted.taskId(), part.last()),
                    "These are the events up to number %d.".formatted(part.last()));
        }
    }

    private static void addNext(ArrayNode contents, ResourceUri next, String here) {
        addText(contents, next.toString(), TEXT, here + " Read on with the URI " + next);
    }

    private static void addText(ArrayNode contents, String uri, String mimeType, String text) {
        contents.addObject().put("uri", uri).put("mimeType", mimeType).put("text", text);
    }
}
