package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of a tool call, which the tool's input schema has accepted. */
record Arguments(JsonNode json) {

    /** A text that the schema requires. */
    String text(String name) {
        return json.required(name).textValue();
    }

    @Nullable
    String textOrNull(String name) {
        JsonNode value = json.path(name);
        return value.isTextual() ? value.textValue() : null;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        json.path(name).forEach(element -> texts.add(element.textValue()));
        return texts;
    }

    boolean flag(String name) {
        return json.path(name).asBoolean(false);
    }

    long number(String name, long standard) {
        return json.path(name).asLong(standard);
    }

    int integer(String name, int standard) {
        return json.path(name).asInt(standard);
    }

    @Nullable
    Integer integerOrNull(String name) {
        JsonNode value = json.path(name);
        return value.isNumber() ? (Integer) value.intValue() : null;
    }

    @Nullable
    BigDecimal decimalOrNull(String name) {
        JsonNode value = json.path(name);
        return value.isNumber() ? value.decimalValue() : null;
    }

    /** An object as JSON; null if there is none. */
    @Nullable
    String objectOrNull(String name) {
        JsonNode value = json.path(name);
        return value.isObject() ? value.toString() : null;
    }

    boolean has(String name) {
        return json.has(name);
    }

    /** The elements of a list of objects. */
    List<Arguments> objects(String name) {
        List<Arguments> objects = new ArrayList<>();
        json.path(name).forEach(element -> objects.add(new Arguments(element)));
        return objects;
    }
}
