package dev.rlm.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rlm.framing.BoundedLines;
import dev.rlm.framing.BoundedLines.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    private static final int MOST_AT_A_TIME = 512;

    /** What is under way when the client has gone may still come to its end for so long. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(?:(-?\\d+)|\"([^\"\\\\]*)\")");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ServerMessages client;
    private final ServerLink server;
    private final Consumer<String> log;
    private final Duration lastAnswers;

    /** The requests that are not answered, by their ids. */
    private final Map<JsonNode, UnderWay> underWay = new ConcurrentHashMap<>();

    private record UnderWay(ClientMessage message, Thread thread) {}

    /**
     * A bridge.
     *
     * @param endpoint the server
     * @param out where the client reads
     * @param log takes what people should know, a sentence at a time
     */
    public Bridge(Endpoint endpoint, OutputStream out, Consumer<String> log) {
        this(endpoint, out, log, LAST_ANSWERS);
    }

    Bridge(Endpoint endpoint, OutputStream out, Consumer<String> log, Duration lastAnswers) {
        this.lastAnswers = lastAnswers;
        this.client = new ServerMessages(out);
        this.server = new ServerLink(endpoint, client, log);
        this.log = log;
    }

    /**
     * Carries messages until the client's stream ends.
     *
     * @throws IOException if the client does not read any more
     */
    public void run(InputStream in) throws IOException, InterruptedException {
        BoundedLines lines = new BoundedLines(in, ServerLink.MOST_BYTES);
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
                            "The message has more than " + ServerLink.MOST_BYTES
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
            server.exchange(message);
            server.remember(message);
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
            server.exchange(request);
        } catch (IOException e) {
            log.accept("The client does not read any more.");
        } catch (InterruptedException e) {
            // It was cancelled, and must not be answered.
        } finally {
            underWay.remove(request.id());
        }
    }

    private void end() throws InterruptedException {
        long until = System.nanoTime() + lastAnswers.toNanos();
        for (UnderWay request : underWay.values()) {
            var _ = request.thread().join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
        }
        server.end();
    }
}
