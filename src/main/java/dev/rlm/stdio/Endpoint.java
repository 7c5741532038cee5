package dev.rlm.stdio;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The Streamable HTTP endpoint of an MCP server. Thread-safe. */
public final class Endpoint implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** For what a server answers at once. */
    private static final Duration SHORT = Duration.ofSeconds(30);

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final URI address;
    private final @Nullable String token;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            // The token goes where the user has said, and nowhere else.
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /**
     * An endpoint.
     *
     * @param address its http or https address
     * @param token what is sent as bearer token, or null
     */
    public Endpoint(URI address, @Nullable String token) {
        this.address = address;
        this.token = token;
    }

    /**
     * What client and server have agreed on, in the versions of the protocol with sessions.
     *
     * @param version the version; null before that is agreed
     * @param id the session's id; null if the server has none
     */
    record Session(@Nullable String version, @Nullable String id) {
        static final Session NONE = new Session(null, null);
    }

    /** Sends a message; the response's body is to be closed. */
    HttpResponse<InputStream> post(ClientMessage message, Session session) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(session)
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofByteArray(message.bytes()));
        if (message.version() != null) {
            request.setHeader("MCP-Protocol-Version", message.version());
            if (message.method() != null) {
                request.setHeader("Mcp-Method", headerValue(message.method()));
            }
            if (message.name() != null) {
                request.setHeader("Mcp-Name", headerValue(message.name()));
            }
        }
        if (!message.isRequest() || message.is("initialize")) {
            request.timeout(SHORT);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** What the server has to say of its own accord. */
    HttpResponse<InputStream> listen(Session session) throws IOException, InterruptedException {
        return client.send(
                request(session).setHeader("Accept", "text/event-stream").GET().build(), BodyHandlers.ofInputStream());
    }

    /** Ends a session, if the server takes note of that at once. */
    void end(Session session) throws IOException, InterruptedException {
        var _ = client.send(request(session).timeout(FAREWELL).DELETE().build(), BodyHandlers.discarding());
    }

    private HttpRequest.Builder request(Session session) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        if (session.version() != null) {
            request.setHeader("MCP-Protocol-Version", session.version());
        }
        if (session.id() != null) {
            request.setHeader("Mcp-Session-Id", session.id());
        }
        return request;
    }

    /** A value as a header can have it: the specification's form for what is not plain ASCII. */
    static String headerValue(String value) {
        boolean plain = value.strip().equals(value) && value.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        return plain && !value.startsWith("=?base64?")
                ? value
                : "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
