package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.McpMessageHandler;
import java.util.List;
import java.util.stream.Stream;

/** The versions of the Model Context Protocol that are spoken here. */
public final class ProtocolVersions {

    /** The version without sessions, which {@code dev.rlm.mcp.stateless} speaks. */
    private static final String STATELESS = "2026-07-28";

    /** All of them, the newest first. */
    public static final List<String> SPOKEN = Stream.concat(
                    Stream.of(STATELESS), McpMessageHandler.SUPPORTED_PROTOCOL_VERSIONS.stream())
            .toList();

    private ProtocolVersions() {}
}
