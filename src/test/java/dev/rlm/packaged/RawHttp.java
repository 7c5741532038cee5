package dev.rlm.packaged;

import dev.rlm.packaged.HostileRequests.Request;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** A request by hand, because no client library sends this. One connection each. */
final class RawHttp implements AutoCloseable {

    /** Only ends what hangs. A stream that is open, such as that of `GET /mcp`, is no hang. */
    private static final int PATIENCE_MILLIS = 60_000;

    private static final int PIECE = 64 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Socket socket;
    private final OutputStream out;

    private RawHttp(URI server) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        out = new BufferedOutputStream(socket.getOutputStream(), PIECE);
    }

    /** Sends a request, and returns the start of what comes back. */
    static String send(URI server, Request request) throws IOException {
        try (RawHttp sent = begin(server, request)) {
            return sent.response();
        }
    }

    /** Sends a request whose response comes in its own time. */
    static RawHttp begin(URI server, Request request) throws IOException {
        RawHttp sent = new RawHttp(server);
        sent.head(request.method(), request.path(), request.headers(), "Content-Length: " + request.body().length);
        sent.out.write(request.body());
        sent.out.flush();
        return sent;
    }

    /** Posts a body of one character, over and over, of a length that is announced. */
    static String post(URI server, Map<String, String> headers, long length, char filling) throws IOException {
        try (RawHttp sent = new RawHttp(server)) {
            sent.head("POST", "/mcp", headers, "Content-Length: " + length);
            sent.fill(length, filling, false);
            return sent.response();
        }
    }

    /** The same in chunks, without a word of how long it will be. */
    static String postInChunks(URI server, Map<String, String> headers, long length, char filling) throws IOException {
        try (RawHttp sent = new RawHttp(server)) {
            sent.head("POST", "/mcp", headers, "Transfer-Encoding: chunked");
            sent.fill(length, filling, true);
            return sent.response();
        }
    }

    private void head(String method, String path, Map<String, String> headers, String form) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append(form).append("\r\nConnection: close\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A server that has refused the rest may have closed the connection, and still be understood. */
    private void fill(long length, char filling, boolean inChunks) {
        byte[] piece = new byte[PIECE];
        Arrays.fill(piece, (byte) filling);
        try {
            for (long left = length; left > 0; left -= PIECE) {
                int count = (int) Math.min(left, PIECE);
                if (inChunks) {
                    out.write(Integer.toHexString(count).getBytes(StandardCharsets.US_ASCII));
                    out.write(LINE_END);
                }
                out.write(piece, 0, count);
                if (inChunks) {
                    out.write(LINE_END);
                }
            }
            if (inChunks) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
        } catch (IOException _) {
            // What it has answered tells why.
        }
    }

    /** The start of what comes back. */
    String response() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int count = in.read(buffer); count >= 0 && read.size() < 100_000; count = in.read(buffer)) {
                read.write(buffer, 0, count);
                if (read.toString(StandardCharsets.UTF_8).contains("text/event-stream")) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Nothing came.", e);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
