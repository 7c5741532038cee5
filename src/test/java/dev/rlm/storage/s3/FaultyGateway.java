package dev.rlm.storage.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server and makes some requests fail, in one of the ways in which networks and servers do. */
public final class FaultyGateway implements AutoCloseable {
    private static final Set<String> OWN_HEADERS = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        OWN_HEADERS.addAll(List.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding"));
    }

    /** What happens to a request. */
    public enum Fault {
        /** It is answered as it should be. */
        NONE,
        /** It is refused with 500. */
        ERROR,
        /** It is refused with 503. */
        UNAVAILABLE,
        /** The connection ends before the server has the request. */
        LOST_REQUEST,
        /** The server does what it is asked, but its answer is lost. */
        LOST_REPLY,
        /** The answer breaks off in the middle. */
        CUT_REPLY,
        /** A byte of the answer is another. */
        WRONG_BYTE
    }

    /** Chooses what happens to each request. */
    public interface Choice {
        Fault of(HttpExchange exchange);
    }

    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI target;
    private final Choice choice;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();

    public FaultyGateway(URI target, Choice choice) throws IOException {
        this.target = target;
        this.choice = choice;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** A share of requests fails, in ways that a seed determines. */
    public static Choice share(double share, long seed) {
        Random random = new Random(seed);
        Fault[] kinds = {
            Fault.ERROR, Fault.UNAVAILABLE, Fault.LOST_REQUEST, Fault.LOST_REPLY, Fault.CUT_REPLY, Fault.WRONG_BYTE
        };
        return exchange -> {
            synchronized (random) {
                return random.nextDouble() < share ? kinds[random.nextInt(kinds.length)] : Fault.NONE;
            }
        };
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How many requests came. */
    public int requests() {
        return requests.get();
    }

    /** How many of them went wrong. */
    public int faults() {
        return faults.get();
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        Fault fault = choice.of(exchange);
        if (fault != Fault.NONE) {
            faults.incrementAndGet();
        }
        try {
            switch (fault) {
                case ERROR -> exchange.sendResponseHeaders(500, -1);
                case UNAVAILABLE -> exchange.sendResponseHeaders(503, -1);
                case LOST_REQUEST -> throw new IOException("lost on purpose");
                default -> answer(exchange, forward(exchange, body), fault);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            exchange.close();
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        target.resolve(exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> response, Fault fault) throws IOException {
        if (fault == Fault.LOST_REPLY) {
            throw new IOException("lost on purpose");
        }
        boolean object = exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getQuery() == null;
        byte[] body = response.body();
        response.headers().map().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name)) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Length",
                            response.headers().firstValue("Content-Length").orElse("0"));
        }
        exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
        if (body.length == 0) {
            return;
        }
        OutputStream out = exchange.getResponseBody();
        if (fault == Fault.CUT_REPLY) {
            out.write(body, 0, body.length / 2);
            out.flush();
            throw new IOException("cut on purpose");
        }
        if (fault == Fault.WRONG_BYTE && object && response.statusCode() < 300) {
            body[body.length / 2] ^= 1;
        }
        out.write(body);
        out.close();
    }
}
