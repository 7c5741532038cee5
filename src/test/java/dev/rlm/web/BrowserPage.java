package dev.rlm.web;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.Announcement;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A page in a Chromium of its own, without a window, which is asked over the DevTools protocol. For one thread. */
final class BrowserPage implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ANNOUNCEMENT = "DevTools listening on ";
    private static final int LIMIT_SECONDS = 120;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<String> replies = new ArrayBlockingQueue<>(100);
    private final Process process;
    private final WebSocket socket;
    private int asked;

    /** The Chromium of this machine; empty if none is installed. */
    static Optional<Path> chromium() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Opens a page.
     *
     * @param profile a folder of its own, for what the browser keeps
     */
    BrowserPage(Path chromium, Path profile, String address) throws Exception {
        process = new ProcessBuilder(
                        chromium.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--enable-logging=stderr",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        address)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        CompletableFuture<String> announced = Announcement.of(process, "The browser", ANNOUNCEMENT, log);
        try {
            int port =
                    URI.create(announced.get(LIMIT_SECONDS, TimeUnit.SECONDS)).getPort();
            Optional<URI> page =
                    await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> page(port), Optional::isPresent);
            socket = client.newWebSocketBuilder()
                    .buildAsync(page.orElseThrow(), new Replies(replies))
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception | AssertionError e) {
            end();
            throw e;
        }
    }

    private Optional<URI> page(int port) throws Exception {
        String list = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        for (JsonNode target : MAPPER.readTree(list)) {
            if (target.path("type").asText().equals("page")) {
                return Optional.of(
                        URI.create(target.path("webSocketDebuggerUrl").asText()));
            }
        }
        return Optional.empty();
    }

    private record Replies(BlockingQueue<String> queue, StringBuilder part) implements WebSocket.Listener {
        Replies(BlockingQueue<String> queue) {
            this(queue, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                queue.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    /** What an expression is in the page, as text; that of an exception if it throws one. */
    String evaluate(String expression) throws Exception {
        socket.sendText(
                        MAPPER.writeValueAsString(Map.of(
                                "id",
                                ++asked,
                                "method",
                                "Runtime.evaluate",
                                "params",
                                Map.of("expression", "String(" + expression + ")"))),
                        true)
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        while (true) {
            JsonNode reply = MAPPER.readTree(replies.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
            if (reply.path("id").asInt() == asked) {
                return reply.at("/result/result/value")
                        .asText(reply.at("/result/exceptionDetails").toString());
            }
        }
    }

    /** What an element with this id shows. */
    String text(String id) throws Exception {
        return evaluate("document.getElementById('" + id + "').innerText");
    }

    /** What the browser has logged, the page's complaints among it. */
    String log() {
        return String.join("\n", log);
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        end();
    }

    /** Ends the browser, and waits until none of its processes writes into the profile any more. */
    private void end() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        process.destroy();
        for (ProcessHandle each : all) {
            try {
                var _ = each.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                each.destroyForcibly();
            } catch (InterruptedException e) {
                each.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
