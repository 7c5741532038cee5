package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.McpMessageHandler;
import java.util.List;

/** The versions of the Model Context Protocol that are spoken here. */
final class ProtocolVersions {

    /** All of them, the newest first. */
    static final List<String> SPOKEN = McpMessageHandler.SUPPORTED_PROTOCOL_VERSIONS;

    private ProtocolVersions() {}
}
