package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The Server Card: what a client can know of the server before it connects (SEP-2127, schema of 24 July 2026). It says what the
 * server says of itself when a client has connected, for it is made of the same configuration.
 */
@Singleton
final class ServerCard {

    /** The media type of Server Cards. */
    static final String MEDIA_TYPE = "application/mcp-server-card+json";

    /** The name under which registries know the server. */
    static final String NAME = "dev.rlm/rlm";

    private static final String SCHEMA = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";

    private final String version;
    private final String title;
    private final String description;
    private final List<String> protocolVersions;

    ServerCard(
            @ConfigProperty(name = "quarkus.application.version") String version,
            @ConfigProperty(name = "quarkus.mcp.server.server-info.title") String title,
            @ConfigProperty(name = "quarkus.mcp.server.server-info.description") String description) {
        this.version = version;
        this.title = title;
        this.description = description;
        this.protocolVersions = ProtocolVersions.SPOKEN;
    }

    /**
     * The card.
     *
     * @param endpoint the address at which the server speaks the protocol
     */
    ObjectNode json(String endpoint) {
        ObjectNode card = JsonNodeFactory.instance.objectNode();
        card.put("$schema", SCHEMA);
        card.put("name", NAME);
        card.put("version", version);
        card.put("title", title);
        card.put("description", description);
        ObjectNode remote = card.putArray("remotes").addObject();
        remote.put("type", "streamable-http");
        remote.put("url", endpoint);
        ArrayNode versions = remote.putArray("supportedProtocolVersions");
        protocolVersions.forEach(versions::add);
        return card;
    }
}
