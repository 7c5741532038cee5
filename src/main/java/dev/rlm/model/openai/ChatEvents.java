package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.ReplyListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The body of a reply that comes in pieces: server-sent events (HTML standard, 9.2), whose data are
 * {@code chat.completion.chunk}s and in the end {@code [DONE]}.
 *
 * <p>The body is the reply as it would have come whole; or the error that came instead of a piece; or a missing node if a
 * piece was no JSON. It fails with an {@link IOException} if the stream ended before the reply did.
 */
final class ChatEvents implements BodySubscriber<JsonNode> {

    private static final String DATA = "data:";
    private static final String DONE = "[DONE]";

    /** Says that more came than is read, in the words of the JDK's own limit. */
    static final String TOO_MUCH = "exceeds capacity";

    private final long mostBytes;
    private final ObjectMapper json;
    private final ChatPieces pieces;
    private final CompletableFuture<JsonNode> body = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private @Nullable Subscription subscription;
    private boolean over;

    /** @param mostBytes the most that one event may have, and the most characters of the reply */
    ChatEvents(long mostBytes, ObjectMapper json, ReplyListener listener) {
        this.mostBytes = mostBytes;
        this.json = json;
        this.pieces = new ChatPieces(listener);
    }

    @Override
    public CompletionStage<JsonNode> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                read(buffer);
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        over = true;
        try {
            // A last event may have no end.
            endLine();
            endEvent();
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
        if (pieces.isFinished()) {
            body.complete(pieces.whole());
        } else {
            body.completeExceptionally(new IOException("The stream ended before the reply did."));
        }
    }

    private void read(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining() && !body.isDone()) {
            byte octet = buffer.get();
            if (octet == '\n') {
                endLine();
            } else {
                line.write(octet);
                if (line.size() > mostBytes) {
                    throw new IOException(TOO_MUCH);
                }
            }
        }
    }

    private void endLine() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (text.isEmpty()) {
            endEvent();
        } else if (text.startsWith(DATA)) {
            data.append(data.isEmpty() ? "" : "\n")
                    .append(text.substring(DATA.length()).strip());
            if (data.length() > mostBytes) {
                throw new IOException(TOO_MUCH);
            }
        }
    }

    private void endEvent() throws IOException {
        String event = data.toString();
        data.setLength(0);
        if (event.isEmpty() || body.isDone()) {
            return;
        }
        if (event.equals(DONE)) {
            body.complete(pieces.whole());
            return;
        }
        JsonNode chunk = OpenAiModel.tree(json, event.getBytes(StandardCharsets.UTF_8));
        if (!chunk.isObject() && over) {
            // It was cut off.
            return;
        }
        if (!chunk.isObject() || OpenAiFailures.isError(chunk)) {
            body.complete(chunk);
            return;
        }
        pieces.add(chunk);
        if (pieces.characters() > mostBytes) {
            throw new IOException(TOO_MUCH);
        }
    }

    private void fail(Exception failure) {
        body.completeExceptionally(failure);
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
