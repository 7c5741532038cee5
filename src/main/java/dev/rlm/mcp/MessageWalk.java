package dev.rlm.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlm.mcp.MessageOutline.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A walk through a body, for its {@link MessageOutline}. Of its form it looks at what all methods have in common: the members of
 * JSON-RPC, and the kinds of parameters. Used once; not thread-safe.
 */
final class MessageWalk {

    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int INVALID_PARAMS = -32602;

    private static final Set<JsonToken> TEXT = EnumSet.of(JsonToken.VALUE_STRING);
    private static final Set<JsonToken> OBJECT = EnumSet.of(JsonToken.START_OBJECT);
    private static final Set<JsonToken> ID = EnumSet.of(JsonToken.VALUE_STRING, JsonToken.VALUE_NUMBER_INT);

    /** Parameters, and what they may be wherever they occur. */
    private static final Map<String, Set<JsonToken>> PARAMETERS = Map.ofEntries(
            Map.entry("name", TEXT),
            Map.entry("uri", TEXT),
            Map.entry("cursor", TEXT),
            Map.entry("level", TEXT),
            Map.entry("protocolVersion", TEXT),
            Map.entry("requestId", ID),
            Map.entry("progressToken", ID),
            Map.entry("arguments", OBJECT),
            Map.entry("capabilities", OBJECT),
            Map.entry("clientInfo", OBJECT),
            Map.entry("ref", OBJECT),
            Map.entry("argument", OBJECT),
            Map.entry("_meta", OBJECT));

    /** Parameters without which the library cannot handle a method. */
    private static final Map<String, Set<String>> REQUIRED = Map.of(
            "initialize", Set.of("protocolVersion", "clientInfo"),
            "logging/setLevel", Set.of("level"),
            "tools/call", Set.of("name"),
            "prompts/get", Set.of("name"),
            "resources/read", Set.of("uri"),
            "resources/subscribe", Set.of("uri"),
            "resources/unsubscribe", Set.of("uri"),
            "completion/complete", Set.of("ref", "argument"),
            "notifications/cancelled", Set.of("requestId"));

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(200)
                    .build())
            .build();

    private final JsonParser json;
    private final Set<String> tools = new HashSet<>();
    private @Nullable String version;
    private boolean isBatch;
    private boolean wantsAnswer = true;

    /** The id of the message that is being read. */
    private JsonNode id = JsonNodeFactory.instance.nullNode();

    /** What a fault of it counts as. */
    private int code = INVALID_REQUEST;

    private MessageWalk(JsonParser json) {
        this.json = json;
    }

    static MessageOutline outline(InputStream body) {
        // The protocol is UTF-8; a parser of bytes would take other encodings, too.
        Reader text = new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser json = JSON.createParser(text)) {
            return new MessageWalk(json).outline();
        } catch (IOException e) {
            throw new UncheckedIOException("A body in memory could not be opened or closed.", e);
        }
    }

    private MessageOutline outline() {
        Optional<Fault> fault = fault();
        boolean isNotification = fault.isEmpty() && !isBatch && !wantsAnswer;
        return new MessageOutline(fault, Set.copyOf(tools), version, isNotification);
    }

    private Optional<Fault> fault() {
        try {
            String wrong = wrong();
            return wrong == null ? Optional.empty() : Optional.of(new Fault(id, code, wrong));
        } catch (IOException _) {
            JsonNode none = JsonNodeFactory.instance.nullNode();
            return Optional.of(new Fault(none, PARSE_ERROR, "The body is no JSON, or is nested too deeply."));
        }
    }

    private @Nullable String wrong() throws IOException {
        JsonToken first = json.nextToken();
        isBatch = first == JsonToken.START_ARRAY;
        String wrong;
        if (isBatch) {
            wrong = wrongInBatch();
        } else {
            wrong = first == JsonToken.START_OBJECT ? wrongInMessage() : "A message must be an object.";
        }
        return wrong == null && json.nextToken() != null ? "There is something behind the message." : wrong;
    }

    private @Nullable String wrongInBatch() throws IOException {
        boolean any = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            any = true;
            String wrong = json.currentToken() == JsonToken.START_OBJECT
                    ? wrongInMessage()
                    : "Each message must be an object.";
            if (wrong != null) {
                return wrong;
            }
        }
        return any ? null : "A batch must have messages.";
    }

    private @Nullable String wrongInMessage() throws IOException {
        id = JsonNodeFactory.instance.nullNode();
        String wrong = null;
        int wrongCode = INVALID_REQUEST;
        String method = "";
        boolean hasId = false;
        Set<String> given = new HashSet<>();
        for (String member = json.nextFieldName(); member != null; member = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            String found = null;
            switch (member) {
                case "jsonrpc" -> found = isText("2.0") ? null : "The member `jsonrpc` must be \"2.0\".";
                case "method" -> {
                    method = value == JsonToken.VALUE_STRING ? json.getText() : "";
                    found = value == JsonToken.VALUE_STRING ? null : "The member `method` must be a string.";
                }
                case "id" -> {
                    hasId = true;
                    if (value == JsonToken.VALUE_STRING) {
                        id = JsonNodeFactory.instance.textNode(json.getText());
                    } else if (value == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= 18) {
                        id = JsonNodeFactory.instance.numberNode(json.getLongValue());
                    } else {
                        found = "The member `id` must be a string or an integer of at most 18 digits.";
                    }
                }
                case "params" -> {
                    found = value == JsonToken.START_OBJECT
                            ? wrongInParameters(given)
                            : "The member `params` must be an object.";
                    wrongCode = found != null && wrong == null ? INVALID_PARAMS : wrongCode;
                }
                default -> {}
            }
            json.skipChildren();
            wrong = wrong == null ? found : wrong;
        }
        wantsAnswer = method.isEmpty() || hasId;
        Set<String> required = REQUIRED.getOrDefault(method, Set.of());
        if (wrong == null && !given.containsAll(required)) {
            wrongCode = INVALID_PARAMS;
            wrong = required.stream()
                    .sorted()
                    .map(name -> "`" + name + "`")
                    .collect(Collectors.joining(", ", method + " needs the parameters ", "."));
        }
        code = wrongCode;
        return wrong;
    }

    private boolean isText(String text) throws IOException {
        return json.currentToken() == JsonToken.VALUE_STRING && json.getText().equals(text);
    }

    /** Reads an object of parameters to its end, and notes their names. */
    private @Nullable String wrongInParameters(Set<String> given) throws IOException {
        String wrong = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            given.add(name);
            String found = wrongKind(name, value);
            if (name.equals("name") && value == JsonToken.VALUE_STRING) {
                tools.add(json.getText());
            }
            if (name.equals("_meta") && value == JsonToken.START_OBJECT) {
                found = wrongInMeta();
            } else {
                json.skipChildren();
            }
            wrong = wrong == null ? found : wrong;
        }
        return wrong;
    }

    private @Nullable String wrongInMeta() throws IOException {
        String wrong = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            String found = wrongKind(name, json.nextToken());
            if (name.equals(MessageOutline.VERSION_KEY) && version == null && !isBatch) {
                version = json.getValueAsString();
            }
            json.skipChildren();
            wrong = wrong == null ? found : wrong;
        }
        return wrong;
    }

    private static @Nullable String wrongKind(String name, JsonToken value) {
        Set<JsonToken> allowed = PARAMETERS.get(name);
        return allowed == null || allowed.contains(value) ? null : "The parameter `" + name + "` is of the wrong kind.";
    }
}
