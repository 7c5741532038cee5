package dev.rlm.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rlm.framing.BoundedLines;
import dev.rlm.framing.BoundedLines.Line;
import dev.rlm.framing.EventStream;
import dev.rlm.framing.MessageTooLargeException;
import dev.rlm.stdio.Endpoint.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Carries MCP messages between a client's streams, a message a line, and a server's endpoint. It speaks the versions of the
 * protocol with sessions, begins a lost session anew, and those without, in which it ends the request that the client
 * cancels. Nothing but messages is written to the client.
 */
public final class Bridge {

    /** As large as the largest request that the server takes. */
    private static final int MOST_BYTES = 128 << 20;

    private static final int MOST_AT_A_TIME = 512;
    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);

    /** What is under way when the client has gone may still come to its end for so long. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(?:(-?\\d+)|\"([^\"\\\\]*)\")");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Endpoint endpoint;
    private final ServerMessages client;
    private final Consumer<String> log;

    /** The requests that are not answered, by their ids. */
    private final Map<JsonNode, UnderWay> underWay = new ConcurrentHashMap<>();

    private volatile Session session = Session.NONE;
    private @Nullable ClientMessage initialize;
    private @Nullable ClientMessage initialized;
    private @Nullable Thread listener;

    private record UnderWay(ClientMessage message, Thread thread) {}

    /**
     * A bridge.
     *
     * @param endpoint the server
     * @param out where the client reads
     * @param log takes what people should know, a sentence at a time
     */
    public Bridge(Endpoint endpoint, OutputStream out, Consumer<String> log) {
        this.endpoint = endpoint;
        this.client = new ServerMessages(out);
        this.log = log;
    }

    /**
     * Carries messages until the client's stream ends.
     *
     * @throws IOException if the client does not read any more
     */
    public void run(InputStream in) throws IOException, InterruptedException {
        BoundedLines lines = new BoundedLines(in, MOST_BYTES);
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            switch (line.get()) {
                case Line.Whole(byte[] bytes) when bytes.length == 0 -> {}
                case Line.Whole(byte[] bytes) -> {
                    Optional<ClientMessage> message = ClientMessage.of(bytes);
                    if (message.isPresent()) {
                        take(message.get());
                    } else {
                        client.error(null, ServerMessages.PARSE_ERROR, "The line is no JSON.");
                    }
                }
                case Line.TooLong tooLong ->
                    client.error(
                            idIn(tooLong),
                            ServerMessages.INVALID_REQUEST,
                            "The message has more than " + MOST_BYTES
                                    + " bytes, which no server takes: hand large inputs over as paths.");
            }
        }
        end();
    }

    private static @Nullable JsonNode idIn(Line.TooLong line) {
        for (String part : new String[] {line.start(), line.end()}) {
            Matcher id = ID.matcher(part);
            if (id.find()) {
                return id.group(1) == null
                        ? new TextNode(id.group(2))
                        : MAPPER.getNodeFactory().numberNode(Long.parseLong(id.group(1)));
            }
        }
        return null;
    }

    private void take(ClientMessage message) throws IOException, InterruptedException {
        UnderWay cancelled = message.cancelled() == null ? null : underWay.get(message.cancelled());
        if (cancelled != null && cancelled.message().version() != null) {
            // Where there are no sessions, a request is cancelled by closing its response.
            cancelled.thread().interrupt();
            return;
        }
        if (!message.isRequest() || message.is("initialize")) {
            // What comes next may build on it.
            exchange(message);
            remember(message);
            return;
        }
        if (underWay.size() >= MOST_AT_A_TIME) {
            client.error(
                    message.id(),
                    ServerMessages.BRIDGE_ERROR,
                    "There are " + MOST_AT_A_TIME + " requests under way and no more can be: wait for some.");
            return;
        }
        Thread thread = Thread.ofVirtual().name("stdio-request").unstarted(() -> answer(message));
        underWay.put(message.id(), new UnderWay(message, thread));
        thread.start();
    }

    private void answer(ClientMessage request) {
        try {
            exchange(request);
        } catch (IOException e) {
            log.accept("The client does not read any more.");
        } catch (InterruptedException e) {
            // It was cancelled, and must not be answered.
        } finally {
            underWay.remove(request.id());
        }
    }

    /** Sends a message and hands on what comes back; what fails is told to the client, if it waits for an answer. */
    private void exchange(ClientMessage message) throws IOException, InterruptedException {
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

    private void remember(ClientMessage message) {
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
                        if (status / 100 == 4) {
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

    private void end() throws InterruptedException {
        long until = System.nanoTime() + LAST_ANSWERS.toNanos();
        for (UnderWay request : underWay.values()) {
            var _ = request.thread().join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
        if (listener != null) {
            listener.interrupt();
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
