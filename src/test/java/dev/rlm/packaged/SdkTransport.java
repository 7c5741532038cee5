package dev.rlm.packaged;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

/** The HTTP of the Java SDK's client. */
public final class SdkTransport {

    private SdkTransport() {}

    /**
     * A connection to a server's MCP endpoint. The SDK finds its classes by their names, on threads that all tests share; those
     * of a test in Quarkus have its class loader, which has other classes of these names.
     *
     * @param base the server's address
     */
    public static HttpClientStreamableHttpTransport to(String base) {
        TypeFactory types = TypeFactory.createDefaultInstance().withClassLoader(McpSchema.class.getClassLoader());
        return HttpClientStreamableHttpTransport.builder(base)
                .endpoint("/mcp")
                .jsonMapper(new JacksonMcpJsonMapper(
                        JsonMapper.builder().typeFactory(types).build()))
                .build();
    }
}
