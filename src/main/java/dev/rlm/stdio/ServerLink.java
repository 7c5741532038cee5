package dev.rlm.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.framing.EventStream;
import dev.rlm.framing.MessageTooLargeException;
import dev.rlm.stdio.Endpoint.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a bridge: sends it messages, hands on to the client what comes back and what it says of its own accord,
 * and keeps the session. Thread-safe, but for {@link #remember} and {@link #end}.
 */
final class ServerLink {

    /** As large as the largest request that the server takes. */
    static final int MOST_BYTES = 128 << 20;

    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Endpoint endpoint;
    private final ServerMessages client;
    private final Consumer<String> log;

    private volatile Session session = Session.NONE;
    private volatile @Nullable ClientMessage initialize;
    private volatile @Nullable ClientMessage initialized;
    private @Nullable Thread listener;

    ServerLink(Endpoint endpoint, ServerMessages client, Consumer<String> log) {
        this.endpoint = endpoint;
        this.client = client;
        this.log = log;
    }

    /** Sends a message and hands on what comes back; what fails is told to the client, if it waits for an answer. */
    void exchange(ClientMessage message) throws IOException, InterruptedException {
        String failure;
        try {
            Session used = session;
            HttpResponse<InputStream> response = endpoint.post(message, used);
            if (response.statusCode() == 404 && message.version() == null && used.id() != null && beginAnew(used)) {
                response.body().close();
                response = endpoint.post(message, session);
            }
            failure = relay(response, message);
        } catch (MessageTooLargeException e) {
            failure =
                    "The server's answer has more than " + MOST_BYTES + " bytes, which are not taken: ask it for less.";
        } catch (HttpTimeoutException e) {
            failure = "The server does not answer.";
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            failure = "The server cannot be reached, or broke the connection.";
        }
        if (failure == null) {
            return;
        }
        if (message.isRequest()) {
            client.error(message.id(), ServerMessages.BRIDGE_ERROR, failure);
        } else {
            log.accept(failure);
        }
    }

    /** Hands on what came; returns what is wrong with it, or null. */
    private @Nullable String relay(HttpResponse<InputStream> response, ClientMessage message) throws IOException {
        try (InputStream body = response.body()) {
            String type = response.headers().firstValue("Content-Type").orElse("");
            boolean answered = false;
            if (type.startsWith("text/event-stream")) {
                EventStream events = new EventStream(body, MOST_BYTES, Long.MAX_VALUE);
                for (Optional<byte[]> event = events.next(); event.isPresent(); event = events.next()) {
                    answered |= handOn(event.get(), message);
                }
            } else if (type.startsWith("application/json")) {
                byte[] bytes = body.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new MessageTooLargeException(MOST_BYTES);
                }
                answered = bytes.length > 0 && handOn(bytes, message);
            }
            if (message.is("initialize")) {
                response.headers()
                        .firstValue("Mcp-Session-Id")
                        .ifPresent(id -> session = new Session(session.version(), id));
            }
            int status = response.statusCode();
            if (answered || (!message.isRequest() && status / 100 == 2)) {
                return null;
            }
            return switch (status) {
                case 401, 403 ->
                    "The server refuses access (HTTP " + status
                            + "): give a token that it knows in the environment variable RLM_STDIO_TOKEN.";
                case 200, 202, 204 -> "The server has ended its response without an answer.";
                default -> "The server answered with HTTP " + status + ".";
            };
        }
    }

    /** Whether this is the answer to the message. */
    private boolean handOn(byte[] bytes, ClientMessage message) throws IOException {
        JsonNode json;
        try {
            json = MAPPER.readTree(bytes);
        } catch (IOException e) {
            log.accept("The server sent something that is no message of the protocol.");
            return false;
        }
        if (!json.isArray() && !json.path("jsonrpc").isTextual()) {
            return false;
        }
        boolean answers = !json.has("method") && json.path("id").equals(message.id());
        // What the server says to a message that has no id, such as one that it cannot read.
        boolean refuses = !json.has("method")
                && json.path("error").isObject()
                && json.path("id").isNull();
        if (answers && message.is("initialize")) {
            session = new Session(json.path("result").path("protocolVersion").textValue(), null);
        }
        if (!refuses || message.isRequest()) {
            write(bytes);
        }
        return answers || refuses;
    }

    private void write(byte[] bytes) throws ClientGoneException {
        try {
            client.relay(bytes);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    /** The client's own stream is broken, unlike that of the server. */
    private static final class ClientGoneException extends IOException {
        private static final long serialVersionUID = 1L;

        ClientGoneException(IOException cause) {
            super(cause);
        }
    }

    /** Keeps what began the session, to begin it anew with, and listens once it has begun. */
    void remember(ClientMessage message) {
        if (message.is("initialize")) {
            initialize = message;
        } else if (message.is("notifications/initialized")) {
            initialized = message;
            listen();
        }
    }

    /** Begins a session in the place of one that the server does not know any more. */
    private synchronized boolean beginAnew(Session lost) throws IOException, InterruptedException {
        ClientMessage first = initialize;
        if (!session.equals(lost)) {
            return true;
        }
        if (first == null) {
            return false;
        }
        HttpResponse<InputStream> response = endpoint.post(first, Session.NONE);
        try (InputStream body = response.body()) {
            body.readNBytes(MOST_BYTES);
        }
        Optional<String> id = response.headers().firstValue("Mcp-Session-Id");
        if (response.statusCode() != 200) {
            return false;
        }
        session = new Session(lost.version(), id.orElse(null));
        ClientMessage second = initialized;
        if (second != null) {
            endpoint.post(second, session).body().close();
        }
        listen();
        return true;
    }

    private synchronized void listen() {
        if (listener != null) {
            listener.interrupt();
        }
        Session listened = session;
        listener = listened.id() == null
                ? null
                : Thread.ofVirtual().name("stdio-listener").start(() -> listen(listened));
    }

    /** Hands on what the server says of its own accord, as long as the session lasts. */
    private void listen(Session listened) {
        ClientMessage nothing = new ClientMessage(new byte[0], null, null, null, null, null);
        try {
            while (session.equals(listened)) {
                try {
                    HttpResponse<InputStream> response = endpoint.listen(listened);
                    int status = response.statusCode();
                    if (status == 200) {
                        var _ = relay(response, nothing);
                    } else {
                        response.body().close();
                        if ((status == 404 && beginAnew(listened)) || status / 100 == 4) {
                            return;
                        }
                    }
                } catch (ClientGoneException e) {
                    return;
                } catch (IOException e) {
                    // The server may come back.
                }
                Thread.sleep(LISTEN_AGAIN);
            }
        } catch (InterruptedException e) {
            // Another session has begun, or the bridge ends.
        }
    }

    /** Ends the session and all that is under way. */
    void end() throws InterruptedException {
        synchronized (this) {
            if (listener != null) {
                listener.interrupt();
            }
        }
        if (session.id() != null) {
            try {
                endpoint.end(session);
            } catch (IOException e) {
                // It ends by itself then.
            }
        }
        endpoint.close();
    }
}
