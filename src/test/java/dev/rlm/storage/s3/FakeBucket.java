package dev.rlm.storage.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bucket over HTTP that lists and gives objects as S3 does, under any keys, and does otherwise where a test says so:
 * what a real server in a test cannot be brought to.
 */
public final class FakeBucket implements AutoCloseable {
    /** The bucket's name. */
    public static final String NAME = "fake-bucket";

    private static final int PAGE = 1_000;

    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger gets = new AtomicInteger();
    private final AtomicInteger reading = new AtomicInteger();
    private final AtomicInteger mostReading = new AtomicInteger();

    /** What is answered instead. */
    public interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    public FakeBucket() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Puts an object. */
    public FakeBucket with(String key, String text) {
        objects.put(key, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Has requests for an object answered otherwise; the key is empty for lists. */
    public FakeBucket answering(String key, Answer answer) {
        answers.put(key, answer);
        return this;
    }

    /** Refuses a request as S3 does. */
    public static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, "<Error><Code>" + code + "</Code><Message>secret-message</Message></Error>");
    }

    public int lists() {
        return lists.get();
    }

    public int gets() {
        return gets.get();
    }

    /** How many objects were given at the same time, at most. */
    public int mostReading() {
        return mostReading.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = decoded(exchange.getRequestURI().getRawPath());
            String key = path.length() <= NAME.length() + 2 ? "" : path.substring(NAME.length() + 2);
            (key.isEmpty() ? lists : gets).incrementAndGet();
            Answer answer = answers.get(key);
            if (answer != null) {
                answer.to(exchange);
            } else if (key.isEmpty()) {
                list(exchange);
            } else {
                give(exchange, key);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Answers a list as S3 does. */
    public void list(HttpExchange exchange) throws IOException {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length < 2 ? "" : decoded(parts[1]));
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = URLDecoder.decode(query.getOrDefault("continuation-token", ""), StandardCharsets.UTF_8);
        List<String> keys = new ArrayList<>(objects.tailMap(after, false).keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .limit(PAGE + 1)
                .toList());
        boolean more = keys.size() > PAGE;
        StringBuilder xml = new StringBuilder(
                "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>" + more + "</IsTruncated>");
        keys.stream()
                .limit(PAGE)
                .forEach(key -> xml.append("<Contents><Key>")
                        .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                        .append("</Key><Size>")
                        .append(objects.getOrDefault(key, new byte[0]).length)
                        .append("</Size><ETag>")
                        .append(tag(key))
                        .append("</ETag></Contents>"));
        if (more) {
            // Tokens are opaque, but this server's are the key after which the next page begins.
            xml.append("<NextContinuationToken>")
                    .append(URLEncoder.encode(keys.get(PAGE - 1), StandardCharsets.UTF_8))
                    .append("</NextContinuationToken>");
        }
        send(exchange, 200, xml.append("</ListBucketResult>").toString());
    }

    /** Gives an object as S3 does. */
    public void give(HttpExchange exchange, String key) throws IOException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            refuse(exchange, 404, "NoSuchKey");
            return;
        }
        mostReading.accumulateAndGet(reading.incrementAndGet(), Math::max);
        try {
            exchange.getResponseHeaders().set("ETag", tag(key));
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } finally {
            reading.decrementAndGet();
        }
    }

    /** The tag of an object as it is now. */
    public String tag(String key) {
        return "\"" + Integer.toHexString(Arrays.hashCode(objects.get(key))) + "\"";
    }

    private static void send(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
