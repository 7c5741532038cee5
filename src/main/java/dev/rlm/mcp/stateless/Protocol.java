package dev.rlm.mcp.stateless;

import dev.rlm.mcp.MessageOutline;
import java.util.List;

/** The names that the version 2026-07-28 of the protocol fixes. */
final class Protocol {

    static final String VERSION = "2026-07-28";

    /** The versions that begin with a handshake; the library speaks them. */
    static final List<String> OLDER_VERSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    static final String VERSION_HEADER = "MCP-Protocol-Version";
    static final String METHOD_HEADER = "Mcp-Method";
    static final String NAME_HEADER = "Mcp-Name";

    static final String VERSION_KEY = MessageOutline.VERSION_KEY;
    static final String CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
    static final String SERVER_KEY = "io.modelcontextprotocol/serverInfo";
    static final String SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId";
    static final String PROGRESS_KEY = "progressToken";

    static final String TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

    private Protocol() {}
}
