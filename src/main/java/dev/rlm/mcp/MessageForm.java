package dev.rlm.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a body has the form of messages of the older versions of the protocol, as far as all methods have it in common: the
 * members of JSON-RPC, and the kinds of parameters. It is read without being kept, for it may be large.
 */
final class MessageForm {

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

    /** The ids that the library's own requests have, which it expects in replies. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final JsonParser json;

    /** The id of the message that is being read. */
    private JsonNode id = JsonNodeFactory.instance.nullNode();

    /** What a fault of it counts as. */
    private int code = INVALID_REQUEST;

    private MessageForm(JsonParser json) {
        this.json = json;
    }

    /**
     * What is wrong with a body.
     *
     * @param id that of the message at fault, null in JSON if it has none
     * @param code of JSON-RPC
     * @param sentence what is wrong
     */
    record Fault(JsonNode id, int code, String sentence) {}

    /** What is wrong with a body; empty if nothing is. */
    static Optional<Fault> faultOf(InputStream body) {
        MessageForm form = null;
        // The protocol is UTF-8; a parser of bytes would take other encodings, too.
        Reader text = new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser json = JSON.createParser(text)) {
            form = new MessageForm(json);
            String wrong = form.wrong();
            return wrong == null ? Optional.empty() : Optional.of(new Fault(form.id, form.code, wrong));
        } catch (IOException _) {
            JsonNode none = JsonNodeFactory.instance.nullNode();
            return Optional.of(new Fault(none, PARSE_ERROR, "The body is no JSON, or is nested too deeply."));
        }
    }

    private @Nullable String wrong() throws IOException {
        JsonToken first = json.nextToken();
        String wrong;
        if (first == JsonToken.START_ARRAY) {
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
        boolean replies = false;
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
                case "result", "error" -> replies = true;
                default -> {}
            }
            json.skipChildren();
            wrong = wrong == null ? found : wrong;
        }
        if (wrong == null
                && replies
                && id.isTextual()
                && !NUMBER.matcher(id.textValue()).matches()) {
            wrong = "The server has made no request with this `id`.";
        }
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
            Set<JsonToken> allowed = PARAMETERS.get(name);
            if (allowed != null && !allowed.contains(value)) {
                wrong = wrong == null ? "The parameter `" + name + "` is of the wrong kind." : wrong;
            } else if (name.equals("_meta")) {
                String inMeta = wrongInParameters(new HashSet<>());
                wrong = wrong == null ? inMeta : wrong;
                continue;
            }
            json.skipChildren();
        }
        return wrong;
    }
}
