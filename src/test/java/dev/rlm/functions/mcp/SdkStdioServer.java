package dev.rlm.functions.mcp;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An MCP server of the official Java SDK, over its standard streams. */
public final class SdkStdioServer {

    private static final Map<String, Object> SCHEMA = Map.of(
            "type", "object", "properties", Map.of("name", Map.of("type", "string")), "required", List.of("name"));

    private SdkStdioServer() {}

    /** The command that starts it. */
    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SdkStdioServer.class.getName());
    }

    public static void main(String[] arguments) {
        McpSyncServer _ = McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
                .serverInfo("greeter", "1")
                // The SDK's own validator needs a later release of the library that the program has.
                .jsonSchemaValidator((_, _) -> JsonSchemaValidator.ValidationResponse.asValid("{}"))
                .capabilities(ServerCapabilities.builder().tools(true).build())
                .tools(SyncToolSpecification.builder()
                        .tool(Tool.builder("greet", SCHEMA)
                                .description("Greets somebody.")
                                .build())
                        .callHandler((_, request) ->
                                greet(String.valueOf(request.arguments().get("name"))))
                        .build())
                .build();
    }

    private static CallToolResult greet(String name) {
        return name.isEmpty()
                ? CallToolResult.builder()
                        .addTextContent("Nobody is there.")
                        .isError(true)
                        .build()
                : CallToolResult.builder()
                        .addTextContent("Hello, " + name + "!")
                        .build();
    }
}
