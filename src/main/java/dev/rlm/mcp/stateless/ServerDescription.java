package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the server tells about itself, the same as in the older versions. */
@Singleton
final class ServerDescription {

    private final String name;
    private final String title;
    private final String version;
    private final String instructions;

    ServerDescription(
            @ConfigProperty(name = "quarkus.mcp.server.server-info.name") String name,
            @ConfigProperty(name = "quarkus.mcp.server.server-info.title") String title,
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "quarkus.mcp.server.server-info.instructions") String instructions) {
        this.name = name;
        this.title = title;
        this.version = version;
        this.instructions = instructions;
    }

    /** Its name and version. */
    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("title", title)
                .put("version", version);
    }

    /** When and how to use it. */
    String instructions() {
        return instructions;
    }
}
