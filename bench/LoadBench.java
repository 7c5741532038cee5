import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.journal.sql.PostgresServer;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PatientClient;
import dev.rlm.packaged.Replica;
import dev.rlm.storage.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Many queued tasks, each over a context of its own: how many are answered in a minute by one, two and three servers on
 * one PostgreSQL, how soon their status is told meanwhile, and what memory it takes. The first argument says how many
 * tasks (200), the second on how many servers ({@code 1,2,3}: one after the other on 1, 2 and 3), the third how many tasks a
 * server runs at a time (2).
 */
final class LoadBench {

    private static final int CONTEXT_BYTES = 5_000_000;
    private static final int CALLS = 20;
    private static final Duration CALL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final long BETWEEN_LOOKS_MS = 25;
    private static final long BETWEEN_SAMPLES_MS = 500;

    public static void main(String[] arguments) throws Exception {
        int tasks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        List<Integer> sizes = arguments.length > 1
                ? Stream.of(arguments[1].split(",")).map(Integer::valueOf).toList()
                : List.of(1, 2, 3);
        int running = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        System.out.printf("load: %d tasks over contexts of %.0f MB, %d sub-calls of %d ms each, %d at a time on each"
                + " server; %d processors%n", tasks, CONTEXT_BYTES / 1e6, CALLS, CALL.toMillis(), running,
                Runtime.getRuntime().availableProcessors());
        double first = 0;
        for (int size : sizes) {
            double perMinute = measure(tasks, size, running);
            first = first == 0 ? perMinute : first;
            System.out.printf("load: %d server(s): %.1f tasks a minute, %.2f of the first%n",
                    size, perMinute, perMinute / first);
        }
    }

    private static double measure(int tasks, int servers, int running) throws Exception {
        Path folder = Files.createTempDirectory("rlm-bench");
        List<Replica> replicas = new ArrayList<>();
        try (PostgresServer database = PostgresServer.start();
                ScriptedEndpoint models = ScriptedEndpoint.start(script());
                PatientClient client = new PatientClient(replicas)) {
            for (int i = 1; i <= servers; i++) {
                Replica replica = new Replica("server" + i, folder, environment(folder, database, models, running));
                replica.start();
                replica.awaitReady();
                replicas.add(replica);
            }
            List<String> ids = submit(client, tasks);
            return run(ids, replicas, client);
        } finally {
            replicas.forEach(Replica::close);
            PrivateFiles.deleteTree(folder);
        }
    }

    private static Script script() {
        // Each task reads all of its context, and asks about parts of it.
        return Script.of("root", Rule.reply("""
                        ```repl
                        lines = context.splitlines()
                        part = len(lines) // %1$d
                        replies = llm_query_batched([
                            f"{len(lines[i * part:(i + 1) * part])} lines" for i in range(%1$d)])
                        FINAL({"lines": len(lines), "errors": context.count("ERROR"), "replies": len(replies)})
                        ```""".formatted(CALLS)))
                .and("sub", Rule.reply("a short reply").after(CALL));
    }

    private static Map<String, String> environment(
            Path folder, PostgresServer database, ScriptedEndpoint models, int running) {
        return Map.of(
                "OPENAI_BASE_URL", models.baseUrl().toString(),
                "OPENAI_API_KEY", "none",
                "RLM_MODEL_ROOT", "openai:root",
                "RLM_MODEL_SUB", "openai:sub",
                "RLM_TASK_RUNNING", String.valueOf(running),
                "RLM_TASK_STORE", "jdbc:postgresql://127.0.0.1:" + database.port() + "/postgres",
                "RLM_TASK_STORE_USER", "postgres",
                "RLM_TASK_STORE_PASSWORD", "postgres",
                "RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString(),
                "RLM_TASK_RESULTS_FOLDER", folder.resolve("results").toString());
    }

    private static List<String> submit(PatientClient client, int tasks) throws InterruptedException {
        long start = System.nanoTime();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            String context = client.load("context " + i, text(i));
            ids.add(client.ask("task " + i, context, "How many lines, and how many errors?"));
        }
        System.out.printf("load: loading and asking took %.1f s%n", (System.nanoTime() - start) / 1e9);
        return ids;
    }

    private static String text(int number) {
        StringBuilder text = new StringBuilder(CONTEXT_BYTES);
        for (int i = 0; text.length() < CONTEXT_BYTES; i++) {
            text.append("2026-01-01 12:00:00 ").append(i % 97 == 0 ? "ERROR" : "INFO").append(" event ").append(i)
                    .append(" of log ").append(number).append('\n');
        }
        return text.toString();
    }

    /** Looks at all tasks again and again until all have ended; returns how many ended in a minute. */
    private static double run(List<String> ids, List<Replica> replicas, PatientClient client) throws Exception {
        List<Long> servers = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        Thread sampler = Thread.ofPlatform().daemon().start(() -> sample(replicas, servers, all));
        List<Double> looks = new ArrayList<>();
        Set<String> open = new HashSet<>(ids);
        long start = System.nanoTime();
        while (!open.isEmpty()) {
            for (String id : List.copyOf(open)) {
                long asked = System.nanoTime();
                JsonNode status = client.status(id).orElseThrow();
                looks.add((System.nanoTime() - asked) / 1e6);
                if (PatientClient.hasEnded(status)) {
                    if (!status.path("state").asText().equals("answered") || status.path("value").path("replies").asInt() != CALLS) {
                        throw new AssertionError("A task went wrong: " + status);
                    }
                    open.remove(id);
                }
                Thread.sleep(BETWEEN_LOOKS_MS);
            }
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("These tasks do not end: " + open);
            }
        }
        double minutes = (System.nanoTime() - start) / 60e9;
        sampler.interrupt();
        sampler.join();
        System.out.printf("load: %d server(s): all %d answered in %.0f s; %d looks at a status: p50 %.1f ms, p99 %.1f ms"
                + " (goal < 100 ms), longest %.1f ms%n", replicas.size(), ids.size(), minutes * 60, looks.size(),
                Figures.median(looks), Figures.quantile(looks, 0.99), Collections.max(looks));
        System.out.printf("load: %d server(s): resident at most %d MiB a server, %d MiB with all workers%n",
                replicas.size(), Collections.max(servers) >> 20, Collections.max(all) >> 20);
        return ids.size() / minutes;
    }

    /** Notes the memory of servers, and of all with their workers, until the thread is interrupted. */
    private static void sample(List<Replica> replicas, List<Long> servers, List<Long> all) {
        try {
            while (true) {
                long sum = 0;
                for (Replica replica : replicas) {
                    long server = replica.residentBytes();
                    servers.add(server);
                    sum += server;
                    for (ProcessHandle worker : replica.workers()) {
                        sum += Replica.residentBytes(worker);
                    }
                }
                all.add(sum);
                Thread.sleep(BETWEEN_SAMPLES_MS);
            }
        } catch (InterruptedException e) {
            // That was enough.
        }
    }
}
