package dev.rlm.packaged.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.conformance.Npm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An official TypeScript client, in a process that is told in lines of JSON what to do with it. */
class NodeClient implements ForeignClient {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long MOST_MINUTES = 5;

    private final String name;
    private final Path errors;
    private final Process process;
    private final BufferedReader out;
    private final Writer in;

    /**
     * Starts a process.
     *
     * @param driver the module of {@code src/test/npm} that has the client
     */
    NodeClient(String name, String driver, String address) throws IOException, InterruptedException {
        this.name = name;
        errors = Files.createTempFile("client", ".log");
        process = Npm.node(Npm.module(driver), address)
                .redirectError(errors.toFile())
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** The client of the versions to 2025-11-25. */
    static NodeClient older(String address) throws IOException, InterruptedException {
        return new NodeClient("TypeScript SDK 1", "older.mjs", address);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Greeting greet() throws Exception {
        JsonNode met = request("greet", Map.of());
        List<String> tools = new ArrayList<>();
        met.path("tools").forEach(tool -> tools.add(tool.asText()));
        return new Greeting(
                met.path("version").asText(),
                met.path("server").asText(),
                met.path("instructions").asText(),
                tools);
    }

    @Override
    public JsonNode call(String tool, Map<String, Object> arguments) throws Exception {
        return request("call", Map.of("tool", tool, "arguments", arguments));
    }

    @Override
    public Answered answer(Map<String, Object> question) throws Exception {
        JsonNode answer = request("answer", Map.of("tool", "rlm_ask", "arguments", question));
        List<String> progress = new ArrayList<>();
        answer.path("progress").forEach(it -> progress.add(it.path("message").asText()));
        JsonNode task = answer.at("/result/task");
        // As a client of its own would: what has not ended in one call is asked for again.
        return new Answered(
                ForeignClient.goesOn(task)
                        ? ForeignClient.super.end(task.path("task_id").asText())
                        : task,
                progress);
    }

    /** Asks a question, and gives it up as soon as it makes progress. Returns whether it was given up. */
    boolean abandon(Map<String, Object> question) throws Exception {
        return request("abandon", Map.of("tool", "rlm_ask", "arguments", question))
                .asBoolean();
    }

    @Override
    public String read(String uri) throws Exception {
        return request("read", Map.of("uri", uri)).asText();
    }

    /** Has the process do something, and returns what came of it; an error fails the test. */
    final JsonNode request(String operation, Map<String, Object> given) throws Exception {
        ObjectNode message = MAPPER.valueToTree(given);
        in.write(message.put("operation", operation) + "\n");
        in.flush();
        JsonNode answer = MAPPER.readTree(line());
        if (answer.has("error")) {
            throw new AssertionError(
                    name + ", " + operation + ": " + answer.path("error").asText());
        }
        return answer.path("value");
    }

    private String line() throws Exception {
        CompletableFuture<Optional<String>> line = new CompletableFuture<>();
        // Not a virtual thread: a read from a pipe holds its carrier.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                line.complete(Optional.ofNullable(out.readLine()));
            } catch (IOException e) {
                line.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return line.get(MOST_MINUTES, TimeUnit.MINUTES)
                .orElseThrow(() -> new AssertionError(name + " ended: " + log()));
    }

    private String log() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError(name + " did not end: " + log());
            }
            Files.delete(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
