import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PatientClient;
import dev.rlm.packaged.Replica;
import dev.rlm.storage.PrivateFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a call of {@code rlm_status} costs over HTTP, on 64 connections that each send the next call when they have the answer:
 * in both eras of the protocol, beside a minimal server of the official Java SDK whose one tool returns the same JSON. The
 * argument says how many seconds a round takes (5).
 */
final class McpBench {

    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 4;
    private static final double WARM_UP_SECONDS = 10;
    private static final Duration TASK = Duration.ofMinutes(2);

    /** What is measured of a server spoken to in one way. */
    private static final class Target {
        private final String name;
        private final ClosedLoop load;
        private final Supplier<Duration> processorTime;
        private final List<Double> times = new ArrayList<>();
        private final List<Double> rates = new ArrayList<>();
        private Duration spent = Duration.ZERO;

        Target(String name, ClosedLoop load, Supplier<Duration> processorTime) {
            this.name = name;
            this.load = load;
            this.processorTime = processorTime;
        }

        void measure(double seconds) throws InterruptedException {
            Duration before = processorTime.get();
            long start = System.nanoTime();
            List<Double> round = load.run(seconds);
            rates.add(round.size() * 1e9 / (System.nanoTime() - start));
            spent = spent.plus(processorTime.get().minus(before));
            times.addAll(round);
        }

        double rate() {
            return Figures.median(rates);
        }

        double processorMicros() {
            return spent.toNanos() / 1e3 / times.size();
        }
    }

    public static void main(String[] arguments) throws Exception {
        double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 5;
        Path folder = Files.createTempDirectory("rlm-bench");
        try (ScriptedEndpoint models = ScriptedEndpoint.start(script());
                Replica server = server(folder, models)) {
            server.start();
            server.awaitReady();
            URI address = URI.create(server.address());
            JsonNode status = answered(server);
            String id = status.path("task").path("task_id").asText();
            Path answer = Files.writeString(folder.resolve("answer.json"), status.toString());
            Process sdk = sdk(answer);
            try (BufferedReader out = sdk.inputReader(StandardCharsets.UTF_8)) {
                URI other = URI.create("http://127.0.0.1:" + out.readLine());
                Supplier<Duration> ofSdk = () -> sdk.info().totalCpuDuration().orElse(Duration.ZERO);
                measure(seconds, status.toString().length(), List.of(
                        new Target("rlm, 2025-11-25", sessions(address, "rlm_status", id), server::processorTime),
                        new Target("SDK, 2025-11-25", sessions(other.resolve("/mcp"), "status", id), ofSdk),
                        new Target("rlm, 2026-07-28", stateless(address, id), server::processorTime),
                        new Target("SDK, no sessions", sessionless(other.resolve("/stateless"), id), ofSdk)));
            } finally {
                sdk.destroy();
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    private static void measure(double seconds, int characters, List<Target> targets) throws Exception {
        System.out.printf("mcp: a status of %,d characters, %d connections, %d rounds of %.0f s each, in turns, on %d"
                        + " processors that the client shares%n", characters, CONNECTIONS, ROUNDS, seconds,
                Runtime.getRuntime().availableProcessors());
        for (Target target : targets) {
            requireAnswer(target.load.once(), target.name);
            target.load.run(WARM_UP_SECONDS);
        }
        Duration own = clientTime();
        for (int round = 0; round < ROUNDS; round++) {
            for (Target target : targets) {
                target.measure(seconds);
            }
        }
        int calls = targets.stream().mapToInt(target -> target.times.size()).sum();
        for (Target target : targets) {
            System.out.printf("mcp: %-16s p50 %5.1f ms, p99 %6.1f ms, %,7.0f calls/s (%s), %4.0f us of processor time a"
                    + " call%n", target.name, Figures.median(target.times), Figures.quantile(target.times, 0.99),
                    target.rate(), rounds(target.rates), target.processorMicros());
            target.load.close();
        }
        System.out.printf("mcp: the client itself takes %.0f us of processor time a call%n",
                clientTime().minus(own).toNanos() / 1e3 / calls);
        compare(targets.get(0), targets.get(1));
        compare(targets.get(2), targets.get(3));
    }

    private static Duration clientTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static String rounds(List<Double> rates) {
        return String.join(" ", rates.stream().map(rate -> "%.0f".formatted(rate)).toList());
    }

    private static void compare(Target ours, Target theirs) {
        System.out.printf("mcp: %s beside %s: %.2f of the calls/s, %.2f of p50, %.2f of p99, %.2f of the processor"
                + " time%n", ours.name, theirs.name, ours.rate() / theirs.rate(),
                Figures.median(ours.times) / Figures.median(theirs.times),
                Figures.quantile(ours.times, 0.99) / Figures.quantile(theirs.times, 0.99),
                ours.processorMicros() / theirs.processorMicros());
    }

    private static void requireAnswer(ClosedLoop.Answer answer, String name) {
        if (answer.status() != 200 || !answer.body().contains("structuredContent")
                || !answer.body().contains("answered")) {
            throw new AssertionError(name + " does not tell the status: " + answer);
        }
    }

    private static ClosedLoop sessions(URI address, String tool, String id) throws IOException {
        ClosedLoop load = new ClosedLoop();
        for (int i = 0; i < CONNECTIONS; i++) {
            load.add(address, inSession(address), call(tool, id, ""));
        }
        return load;
    }

    /** The headers of a new session. */
    private static Map<String, String> inSession(URI address) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Accept", "application/json, text/event-stream"));
        try (ClosedLoop first = new ClosedLoop()) {
            first.add(address, headers, """
                    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
                    "capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""");
            headers.put("Mcp-Session-Id", first.once().headers().get("mcp-session-id"));
            headers.put("MCP-Protocol-Version", "2025-11-25");
        }
        try (ClosedLoop second = new ClosedLoop()) {
            second.add(address, headers, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            second.once();
        }
        return headers;
    }

    private static ClosedLoop sessionless(URI address, String id) throws IOException {
        return load(address, Map.of("Accept", "application/json, text/event-stream",
                "MCP-Protocol-Version", "2025-11-25"), call("status", id, ""));
    }

    private static ClosedLoop stateless(URI address, String id) throws IOException {
        return load(address, Map.of("Accept", "application/json, text/event-stream",
                "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "rlm_status"),
                call("rlm_status", id, """
                        ,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                        "io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},\
                        "io.modelcontextprotocol/clientCapabilities":{}}"""));
    }

    /** Connections that all send the same. */
    private static ClosedLoop load(URI address, Map<String, String> headers, String body) throws IOException {
        ClosedLoop load = new ClosedLoop();
        for (int i = 0; i < CONNECTIONS; i++) {
            load.add(address, headers, body);
        }
        return load;
    }

    private static String call(String tool, String id, String meta) {
        return """
                {"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"%s","arguments":{"task_id":"%s"}%s}}"""
                .formatted(ClosedLoop.ID, tool, id, meta);
    }

    private static Script script() {
        return Script.of("root",
                        Rule.reply("```repl\nprint(llm_query('What is it?'))\n```").onTurn(1),
                        Rule.reply("```repl\nFINAL('a sentence that answers the question')\n```"))
                .and("sub", Rule.reply("a short reply"));
    }

    private static Replica server(Path folder, ScriptedEndpoint models) throws Exception {
        return new Replica("server", folder, Map.of(
                "OPENAI_BASE_URL", models.baseUrl().toString(),
                "RLM_MODEL_ROOT", "openai:root",
                "RLM_MODEL_SUB", "openai:sub",
                // What is measured is the server alone.
                "RLM_SANDBOX_WARM_WORKERS", "0",
                "RLM_TASK_STORE", folder.resolve("tasks.db").toString(),
                "RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString(),
                "RLM_TASK_RESULTS_FOLDER", folder.resolve("results").toString()));
    }

    /** The status of a task that has its answer. */
    private static JsonNode answered(Replica server) throws InterruptedException {
        try (PatientClient client = new PatientClient(List.of(server))) {
            String context = client.load("context", "a line of some text\n".repeat(5_000));
            String id = client.ask("task", context, "What is it?");
            long end = System.nanoTime() + TASK.toNanos();
            JsonNode status = client.call("rlm_status", Map.of("task_id", id));
            while (!status.path("task").path("state").asText().equals("answered")) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("The task was not answered: " + status);
                }
                Thread.sleep(100);
                status = client.call("rlm_status", Map.of("task_id", id));
            }
            return status;
        }
    }

    private static Process sdk(Path answer) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp", System.getProperty("java.class.path"), SdkServer.class.getName(), answer.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
