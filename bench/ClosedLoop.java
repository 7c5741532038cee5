import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Connections that send the same request again and again, each as soon as it has its answer. Written on plain sockets, so that
 * as little as possible of the machine goes into making the load.
 */
final class ClosedLoop implements AutoCloseable {

    /** In a body, the place of the id of a message, which is another number each time. */
    static final String ID = "1000000000";

    private final List<Connection> connections = new ArrayList<>();

    /** An answer. */
    record Answer(int status, Map<String, String> headers, String body) {}

    /**
     * Opens a connection that will send a request.
     *
     * @param headers of the request, besides those of HTTP itself
     */
    void add(URI address, Map<String, String> headers, String body) throws IOException {
        connections.add(new Connection(address, headers, body));
    }

    /** What the first connection gets. */
    Answer once() throws IOException {
        return connections.getFirst().exchange();
    }

    /** Sends for a time; returns how long each answer took, in milliseconds. */
    List<Double> run(double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Double> times = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (Connection connection : connections) {
            threads.add(Thread.ofPlatform().start(() -> {
                List<Double> own = new ArrayList<>();
                try {
                    connection.run(end, own);
                } catch (IOException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
                synchronized (times) {
                    times.addAll(own);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("A request failed.", failures.getFirst());
        }
        return times;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
    }

    /** One connection. Used by one thread at a time. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final byte[] request;
        private final int idAt;
        private long id = Long.parseLong(ID);
        private int expected;

        Connection(URI address, Map<String, String> headers, String body) throws IOException {
            StringBuilder head = new StringBuilder("POST " + address.getRawPath() + " HTTP/1.1\r\nHost: "
                    + address.getRawAuthority() + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            String text = head.append("\r\n").append(body).toString();
            request = text.getBytes(StandardCharsets.UTF_8);
            idAt = text.lastIndexOf(ID);
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        }

        void run(long end, List<Double> times) throws IOException {
            for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
                Answer answer = exchange();
                times.add((System.nanoTime() - start) / 1e6);
                int length = answer.body().length();
                expected = expected == 0 ? length : expected;
                if (answer.status() != 200 || Math.abs(length - expected) > 16) {
                    throw new IOException("It was answered otherwise than before: " + answer);
                }
            }
        }

        Answer exchange() throws IOException {
            if (idAt >= 0) {
                byte[] digits = Long.toString(id++).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(digits, 0, request, idAt, digits.length);
            }
            socket.getOutputStream().write(request);
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            Map<String, String> headers = new java.util.HashMap<>();
            for (String header = line(); !header.isEmpty(); header = line()) {
                String[] parts = header.split(":", 2);
                headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
            }
            return new Answer(status, headers, body(headers));
        }

        private String body(Map<String, String> headers) throws IOException {
            if (!"chunked".equals(headers.get("transfer-encoding"))) {
                return text(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            }
            StringBuilder body = new StringBuilder();
            for (int length = size(line()); length > 0; length = size(line())) {
                body.append(text(length));
                line();
            }
            line();
            return body.toString();
        }

        private static int size(String line) {
            return Integer.parseInt(line.split(";", 2)[0].strip(), 16);
        }

        private String text(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("The connection was closed in the middle of an answer.");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("The connection was closed.");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
