package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.framing.EventStream;
import dev.rlm.framing.MessageTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP: each message is a POST to the one address, and its response is JSON or a stream of events. */
final class HttpTransport implements Transport {

    /** The first version in which there are no sessions, and headers repeat what a message asks. */
    static final String STATELESS = "2026-07-28";

    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final int ERROR_BYTES = 1 << 16;

    /** What comes in a stream beside the response: progress, logs. */
    private static final int BESIDE_BYTES = 4 << 20;

    private final McpServerSettings.Place.Address address;
    private final HttpClient client;
    private volatile @Nullable String version;
    private volatile @Nullable String session;

    HttpTransport(McpServerSettings.Place.Address address, Duration connectTime) {
        this.address = address;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTime)
                // What the operator has configured is where arguments and headers go, and nowhere else.
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public JsonNode exchange(ObjectNode request, int mostBytes) throws McpException, InterruptedException {
        long id = request.path("id").longValue();
        try {
            HttpResponse<InputStream> response = send(request);
            try (InputStream body = response.body()) {
                JsonNode answer = answer(response, body, id, mostBytes);
                response.headers().firstValue("Mcp-Session-Id").ifPresent(given -> session = given);
                return answer;
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private JsonNode answer(HttpResponse<InputStream> response, InputStream body, long id, int mostBytes)
            throws IOException, McpException, InterruptedException {
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (response.statusCode() / 100 != 2) {
            return refusal(response.statusCode(), type, body);
        }
        if (type.startsWith("text/event-stream")) {
            return answerOfStream(body, id, mostBytes);
        }
        if (!type.startsWith("application/json")) {
            throw new McpException("answered with something that is neither JSON nor a stream of events");
        }
        byte[] bytes = body.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
            throw tooLarge(mostBytes);
        }
        JsonNode answer = Messages.parse(bytes);
        if (!Messages.isResponseTo(answer, id)) {
            throw new McpException("answered something else than what it was asked");
        }
        return answer;
    }

    /** A server may refuse in the form of the protocol. */
    private JsonNode refusal(int status, String type, InputStream body) throws IOException, McpException {
        if (status == 404 && session != null) {
            session = null;
            throw McpException.ofLostSession();
        }
        if (type.startsWith("application/json") && status != 401 && status != 403) {
            try {
                JsonNode answer = Messages.parse(body.readNBytes(ERROR_BYTES));
                if (answer.path("error").has("code")) {
                    return answer;
                }
            } catch (McpException e) {
                // The status says enough.
            }
        }
        throw new McpException(
                switch (status) {
                    case 401, 403 ->
                        "refuses access (HTTP " + status + "): its operator, or the configured headers, must allow it";
                    case 301, 302, 303, 307, 308 ->
                        "redirects to another address (HTTP " + status
                                + "), which is not followed: configure the address that it leads to";
                    default -> "answered with HTTP " + status;
                });
    }

    /** Other messages may come before the response. */
    private JsonNode answerOfStream(InputStream body, long id, int mostBytes)
            throws IOException, McpException, InterruptedException {
        EventStream events = new EventStream(body, mostBytes, (long) mostBytes + BESIDE_BYTES);
        try {
            for (Optional<byte[]> event = events.next(); event.isPresent(); event = events.next()) {
                JsonNode message = Messages.parse(event.get());
                if (Messages.isResponseTo(message, id)) {
                    return message;
                }
                if (Messages.isRequest(message)) {
                    tell(Messages.answerTo(message));
                }
            }
        } catch (MessageTooLargeException e) {
            throw tooLarge(mostBytes);
        }
        throw new McpException("ended its stream of events without an answer");
    }

    @Override
    public void tell(ObjectNode message) throws McpException, InterruptedException {
        try {
            send(message).body().close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private HttpResponse<InputStream> send(ObjectNode message) throws IOException, InterruptedException {
        HttpRequest.Builder request = request()
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofByteArray(Messages.bytes(message)));
        String agreed = version;
        if (agreed != null && agreed.compareTo(STATELESS) >= 0 && message.has("method")) {
            request.header("Mcp-Method", message.path("method").asText());
            String name = message.path("params").path("name").asText();
            if (!name.isEmpty()) {
                request.header("Mcp-Name", name);
            }
        }
        return client.send(request.build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.url());
        address.headers().forEach(request::setHeader);
        String agreed = version;
        if (agreed != null) {
            request.setHeader("MCP-Protocol-Version", agreed);
        }
        String begun = session;
        if (begun != null) {
            request.setHeader("Mcp-Session-Id", begun);
        }
        return request;
    }

    @Override
    public void agreed(String protocolVersion) {
        version = protocolVersion;
    }

    @Override
    public boolean alive() {
        return true;
    }

    /** Ends the session, if the server takes note of that at once. */
    @Override
    public void close() {
        if (session != null) {
            try {
                HttpRequest farewell = request().timeout(FAREWELL).DELETE().build();
                var _ = client.send(farewell, BodyHandlers.discarding());
            } catch (IOException e) {
                // It ends by itself then.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.shutdownNow();
    }

    static McpException tooLarge(int mostBytes) {
        return new McpException(
                "answered with more than " + mostBytes + " bytes, which are not taken: ask it for less");
    }

    /** Without the library's words, which may name addresses. */
    private static McpException failure(IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return new McpException(
                switch (e) {
                    case HttpTimeoutException _ -> "cannot be reached: it takes no connection in time";
                    case ConnectException _ -> "cannot be reached: it takes no connection";
                    case SSLException _ -> "cannot be reached: no secure connection can be made";
                    default -> "broke the connection";
                });
    }
}
