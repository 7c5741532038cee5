package dev.rlm.mcp.conformance;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The fixtures that always answer the same. */
public final class Fixtures {

    /** All of {@code fixtures.yaml}. */
    public static final JsonNode ALL = load();

    private Fixtures() {}

    private static JsonNode load() {
        try (InputStream in = Fixtures.class.getResourceAsStream("fixtures.yaml")) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The input schema of a tool that is about its schema. */
    static Map<String, Object> schema(String tool) {
        return new ObjectMapper()
                .convertValue(ALL.path("schemas").required(tool), new TypeReference<Map<String, Object>>() {});
    }
}
