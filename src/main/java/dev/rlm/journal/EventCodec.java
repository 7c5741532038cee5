package dev.rlm.journal;

import static com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII;
import static dev.rlm.journal.EventJson.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Events as they lie in a store: a type with a stable name, the version of its members, and the members as JSON in which
 * long texts are replaced by references to {@link Payload}s.
 *
 * <p>What was recorded once is read for ever. When the members of an event change, its type gets one more upgrade, which
 * makes members of the version before into those of the next. Thread-safe.
 */
public final class EventCodec {

    /** Texts longer than this are kept apart, in characters. */
    public static final int LONGEST_INLINE = 1_024;

    private static final String REFERENCE = "@payload";

    /** In ASCII, since some databases take no NUL, and none takes half a surrogate pair. */
    private static final ObjectWriter WRITER = MAPPER.writer().with(ESCAPE_NON_ASCII);

    /** Before the saving of prompt caches was recorded, it was not known, as it is where it is missing. */
    private static final List<UnaryOperator<ObjectNode>> WITHOUT_SAVING = List.of(members -> members);

    private static final List<Type> TYPES = List.of(
            new Type(
                    "submitted",
                    TaskEvent.Submitted.class,
                    List.of(members -> members.putNull("schema"), EventCodec::withRoute, EventCodec::withoutSession)),
            new Type("started", TaskEvent.Started.class),
            new Type("resumed", TaskEvent.Resumed.class),
            new Type("routed", TaskEvent.Routed.class),
            new Type("direct_replied", TaskEvent.DirectReplied.class, WITHOUT_SAVING),
            new Type("turn_started", TaskEvent.TurnStarted.class),
            new Type("root_replied", TaskEvent.RootReplied.class, WITHOUT_SAVING),
            new Type("cell_started", TaskEvent.CellStarted.class),
            new Type("cell_ended", TaskEvent.CellEnded.class),
            new Type("budget_shown", TaskEvent.BudgetShown.class),
            new Type("clocks_said", TaskEvent.ClocksSaid.class),
            new Type(
                    "sub_calls_started",
                    TaskEvent.SubCallsStarted.class,
                    List.of(members -> members.putNull("schema"))),
            new Type("sub_calls_refused", TaskEvent.SubCallsRefused.class),
            new Type("sub_call_ended", TaskEvent.SubCallEnded.class, List.of(EventCodec::withoutImages)),
            new Type("sub_call_reused", TaskEvent.SubCallReused.class),
            new Type("child_started", TaskEvent.ChildStarted.class, List.of(members -> members.putNull("schema"))),
            new Type("child_ended", TaskEvent.ChildEnded.class),
            new Type("functions_offered", TaskEvent.FunctionsOffered.class),
            new Type("function_called", TaskEvent.FunctionCalled.class),
            new Type("published", TaskEvent.Published.class),
            new Type("compacted", TaskEvent.Compacted.class, WITHOUT_SAVING),
            new Type("last_replied", TaskEvent.LastReplied.class, WITHOUT_SAVING),
            new Type("prompts_located", TaskEvent.PromptsLocated.class),
            new Type("cell_observed", TaskEvent.CellObserved.class),
            new Type("evidence_gathered", TaskEvent.EvidenceGathered.class),
            new Type("claim_checked", TaskEvent.ClaimChecked.class),
            new Type("cancel_requested", TaskEvent.CancelRequested.class),
            new Type("finished", TaskEvent.Finished.class));

    private final Map<String, Type> byName;
    private final Map<Class<? extends TaskEvent>, Type> byEvent;

    /** The codec of this version of rlm. */
    public EventCodec() {
        this(TYPES);
    }

    EventCodec(List<Type> types) {
        this.byName = types.stream().collect(Collectors.toUnmodifiableMap(Type::name, Function.identity()));
        this.byEvent = types.stream().collect(Collectors.toUnmodifiableMap(Type::event, Function.identity()));
    }

    /**
     * A type of events.
     *
     * @param name its name in stores and trajectories
     * @param event its class
     * @param upgrades what makes members of version 1 into those of version 2, and so on
     */
    record Type(String name, Class<? extends TaskEvent> event, List<UnaryOperator<ObjectNode>> upgrades) {

        Type(String name, Class<? extends TaskEvent> event) {
            this(name, event, List.of());
        }

        int version() {
            return 1 + upgrades.size();
        }
    }

    /**
     * An event as it lies in a store.
     *
     * @param type the type's name
     * @param version the version of the members
     * @param body the members, a JSON object in ASCII
     * @param payloads the texts that the body refers to, by their SHA-256
     */
    public record Encoded(String type, int version, String body, Map<String, Payload> payloads) {}

    /** The stable name of an event's type, in snake case. */
    public String typeOf(TaskEvent event) {
        return type(event).name();
    }

    /** All that {@link #decode} needs to give back an equal event. */
    public Encoded encode(TaskEvent event) {
        Type type = type(event);
        Map<String, Payload> payloads = new LinkedHashMap<>();
        JsonNode body = replaceTexts(MAPPER.valueToTree(event), text -> reference(text, payloads));
        try {
            return new Encoded(type.name(), type.version(), WRITER.writeValueAsString(body), payloads);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An event cannot be written as JSON.", e);
        }
    }

    /**
     * The event that was encoded.
     *
     * @param payloads gives the text with a SHA-256, or null if there is none
     * @throws UnreadableEventException if the type or its version is not known, or the members are damaged
     */
    public TaskEvent decode(String type, int version, String body, Function<String, @Nullable String> payloads) {
        Type known = byName.get(type);
        if (known == null) {
            throw UnreadableEventException.unknown(type, version);
        }
        if (version > known.version()) {
            throw UnreadableEventException.newer(type, version, known.version());
        }
        try {
            ObjectNode members = (ObjectNode) withTexts(MAPPER.readTree(body), payloads);
            for (UnaryOperator<ObjectNode> upgrade : known.upgrades().subList(version - 1, known.version() - 1)) {
                members = upgrade.apply(members);
            }
            return MAPPER.treeToValue(members, known.event());
        } catch (JsonProcessingException | RuntimeException e) {
            throw UnreadableEventException.damaged(type, version);
        }
    }

    /** Before there were routes, code always read the contexts. */
    private static ObjectNode withRoute(ObjectNode submitted) {
        ((ObjectNode) submitted.get("options")).put("route", "rlm").put("direct_tokens", 0);
        return submitted;
    }

    /** Before there were sessions, every question stood alone, and every call was made once. */
    private static ObjectNode withoutSession(ObjectNode submitted) {
        submitted.putArray("follows");
        ((ObjectNode) submitted.get("options")).put("retry_stragglers", false);
        return submitted.put("verify", false);
    }

    private static ObjectNode withoutImages(ObjectNode ended) {
        ended.putArray("images");
        return ended;
    }

    private Type type(TaskEvent event) {
        Type type = byEvent.get(event.getClass());
        if (type == null) {
            throw new IllegalStateException(event.getClass().getSimpleName() + " has no type to be recorded as.");
        }
        return type;
    }

    private static JsonNode reference(String text, Map<String, Payload> payloads) {
        // Half a surrogate pair is lost in UTF-8, so such texts stay where they are.
        if (text.length() <= LONGEST_INLINE || !Payload.keepsAll(text)) {
            return TextNode.valueOf(text);
        }
        Payload payload = Payload.of(text);
        payloads.put(payload.sha256(), payload);
        return MAPPER.createObjectNode().put(REFERENCE, payload.sha256());
    }

    private static JsonNode withTexts(JsonNode node, Function<String, @Nullable String> payloads) {
        if (node instanceof ObjectNode object && object.size() == 1 && object.has(REFERENCE)) {
            String text = payloads.apply(object.get(REFERENCE).textValue());
            if (text == null) {
                throw new IllegalStateException("A payload is missing.");
            }
            return TextNode.valueOf(text);
        }
        return eachChild(node, child -> withTexts(child, payloads));
    }

    private static JsonNode replaceTexts(JsonNode node, Function<String, JsonNode> replacement) {
        return node instanceof TextNode text
                ? replacement.apply(text.textValue())
                : eachChild(node, child -> replaceTexts(child, replacement));
    }

    private static JsonNode eachChild(JsonNode node, UnaryOperator<JsonNode> change) {
        switch (node) {
            case ObjectNode object ->
                object.properties().forEach(member -> member.setValue(change.apply(member.getValue())));
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, change.apply(array.get(i)));
                }
            }
            default -> {}
        }
        return node;
    }

    /** The classes that are recorded, for whoever registers them. */
    static Stream<Class<? extends TaskEvent>> events() {
        return TYPES.stream().map(Type::event);
    }
}
