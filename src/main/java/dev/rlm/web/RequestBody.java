package dev.rlm.web;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The body of a paused request as a stream, which takes from the connection no more than is read. Not thread-safe. */
final class RequestBody extends InputStream {

    /** A client that sends nothing for so long has gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** With so many pieces that are not read the request is paused. */
    private static final int AHEAD = 16;

    private final HttpServerRequest request;
    private final Context context;
    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private byte[] piece = new byte[0];
    private int place;
    private boolean ended;

    /** Changed by the event loop alone. */
    private volatile boolean paused = true;

    private sealed interface Arrived {
        record Piece(Buffer bytes) implements Arrived {}

        record End() implements Arrived {}

        record Break() implements Arrived {}
    }

    /** To be called on the event loop of the request, which is paused. */
    RequestBody(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        request.handler(this::arrive);
        request.endHandler(_ -> arrived.add(new Arrived.End()));
        request.exceptionHandler(_ -> arrived.add(new Arrived.Break()));
    }

    private void arrive(Buffer bytes) {
        arrived.add(new Arrived.Piece(bytes));
        if (arrived.size() >= AHEAD) {
            paused = true;
            request.pause();
        }
    }

    private void goOn() {
        if (paused) {
            paused = false;
            request.resume();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (place == piece.length) {
            if (ended || !next()) {
                return -1;
            }
        }
        int count = Math.min(length, piece.length - place);
        System.arraycopy(piece, place, bytes, offset, count);
        place += count;
        return count;
    }

    private boolean next() throws IOException {
        if (paused && arrived.size() <= AHEAD / 4) {
            context.runOnContext(_ -> goOn());
        }
        return switch (await()) {
            case Arrived.Piece(Buffer bytes) -> {
                piece = bytes.getBytes();
                place = 0;
                yield true;
            }
            case Arrived.End _ -> {
                ended = true;
                yield false;
            }
            case Arrived.Break _ -> throw new IOException("The connection broke.");
            case null -> throw new IOException("Nothing came for " + PATIENCE.toSeconds() + " s.");
        };
    }

    private @Nullable Arrived await() throws InterruptedIOException {
        try {
            return arrived.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The server ends.");
        }
    }

    /** Whether all of it was read. */
    boolean ended() {
        return ended;
    }
}
