import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jboss.logmanager.LogContext;

/**
 * A minimal MCP server of the official Java SDK: one tool, {@code status}, that returns the JSON of a file. It serves with
 * sessions at {@code /mcp} and without at {@code /stateless}, prints its port, and ends with its input.
 */
final class SdkServer {
    private static final String SESSIONS = "/mcp";
    private static final String STATELESS = "/stateless";
    private static final Duration IDLE = Duration.ofMinutes(30);

    public static void main(String[] arguments) throws Exception {
        // What tests log with begins by writing everything, which would be most of what is measured.
        LogContext.getLogContext().getLogger("").setLevel(Level.WARNING);
        String text = Files.readString(Path.of(arguments[0]));
        Map<?, ?> structured = new ObjectMapper().readValue(text, Map.class);
        CallToolResult answer =
                CallToolResult.builder().addTextContent(text).structuredContent(structured).build();
        ServletContextHandler servlets = new ServletContextHandler();
        add(servlets, sessions(answer), SESSIONS);
        add(servlets, stateless(answer), STATELESS);
        Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        // Connections wait for their turn while others are measured.
        ((ServerConnector) server.getConnectors()[0]).setIdleTimeout(IDLE.toMillis());
        server.setHandler(servlets);
        server.start();
        System.out.println(server.getURI().getPort());
        while (System.in.read() >= 0) {
            // Its end is what matters.
        }
        server.stop();
    }

    private static HttpServlet sessions(CallToolResult answer) {
        var transport = HttpServletStreamableServerTransportProvider.builder()
                .mcpEndpoint(SESSIONS)
                .build();
        McpServer.sync(transport)
                .serverInfo("bench", "1")
                .capabilities(capabilities())
                .jsonSchemaValidator(new Validator())
                .toolCall(tool(), (_, _) -> answer)
                .build();
        return transport;
    }

    private static HttpServlet stateless(CallToolResult answer) {
        var transport = HttpServletStatelessServerTransport.builder()
                .messageEndpoint(STATELESS)
                .build();
        McpServer.sync(transport)
                .serverInfo("bench", "1")
                .capabilities(capabilities())
                .jsonSchemaValidator(new Validator())
                .toolCall(tool(), (_, _) -> answer)
                .build();
        return transport;
    }

    private static ServerCapabilities capabilities() {
        return ServerCapabilities.builder().tools(false).build();
    }

    private static Tool tool() {
        return Tool.builder("status", Map.<String, Object>of(
                        "type", "object",
                        "properties", Map.of("task_id", Map.of("type", "string")),
                        "required", List.of("task_id")))
                .description("Tells how a task stands.")
                .build();
    }

    /** Does what the SDK's own validator does with another version of the same library, which rlm does not have. */
    private static final class Validator implements JsonSchemaValidator {
        private final ObjectMapper mapper = new ObjectMapper();
        private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        private final Map<Map<String, Object>, Schema> known = new ConcurrentHashMap<>();

        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object content) {
            JsonNode json = mapper.valueToTree(content);
            var problems = known.computeIfAbsent(schema, it -> schemas.getSchema(mapper.<JsonNode>valueToTree(it)))
                    .validate(json);
            return problems.isEmpty()
                    ? ValidationResponse.asValid(json.toString())
                    : ValidationResponse.asInvalid(problems.toString());
        }
    }

    private static void add(ServletContextHandler servlets, HttpServlet servlet, String path) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        servlets.addServlet(holder, path);
    }
}
