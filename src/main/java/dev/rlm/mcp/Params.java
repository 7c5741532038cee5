package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, as they came; members that the method does not know are passed over, as the protocol wants it. */
final class Params {

    private final String method;
    private final JsonNode json;

    private Params(String method, JsonNode json) {
        this.method = method;
        this.json = json;
    }

    /** The parameters of a request; none are the same as an empty object. */
    static Params of(String method, @Nullable JsonNode json) throws RequestFailure {
        if (json == null || json.isNull() || json.isMissingNode()) {
            return new Params(method, JsonNodeFactory.instance.objectNode());
        }
        if (!json.isObject()) {
            throw RequestFailure.invalid("The params of " + method + " must be an object.");
        }
        return new Params(method, json);
    }

    /** A text that must be there. */
    String text(String name) throws RequestFailure {
        String text = textOrNull(name);
        if (text == null) {
            throw RequestFailure.invalid(method + " needs the parameter `" + name + "`, a text.");
        }
        return text;
    }

    /** A text that may be left out. */
    @Nullable
    String textOrNull(String name) throws RequestFailure {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw RequestFailure.invalid("The parameter `" + name + "` of " + method + " must be a text.");
        }
        return value.textValue();
    }

    /** An object that must be there. */
    Params object(String name) throws RequestFailure {
        JsonNode value = json.path(name);
        if (!value.isObject()) {
            throw RequestFailure.invalid(method + " needs the parameter `" + name + "`, an object.");
        }
        return new Params(method, value);
    }

    /** An object that may be left out; it is empty then. */
    Params objectOrEmpty(String name) throws RequestFailure {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return new Params(method, JsonNodeFactory.instance.objectNode());
        }
        if (!value.isObject()) {
            throw RequestFailure.invalid("The parameter `" + name + "` of " + method + " must be an object.");
        }
        return new Params(method, value);
    }

    /** The texts of an object that may be left out, by their names. */
    Map<String, String> texts(String name) throws RequestFailure {
        Params members = objectOrEmpty(name);
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : members.json.properties()) {
            String text = members.textOrNull(member.getKey());
            if (text != null) {
                texts.put(member.getKey(), text);
            }
        }
        return texts;
    }

    /** For a list that has one page only: any cursor is wrong. */
    void requireFirstPage() throws RequestFailure {
        if (textOrNull("cursor") != null) {
            throw RequestFailure.invalid(method + " has one page only: leave out `cursor`.");
        }
    }
}
