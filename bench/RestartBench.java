import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PatientClient;
import dev.rlm.packaged.Replica;
import dev.rlm.storage.PrivateFiles;
import dev.rlm.task.TaskIds;
import dev.rlm.wiring.JournalDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How soon a server is ready whose store has thousands of finished tasks, beside one whose store is empty, and how long
 * it takes to tell about them. The argument says how many tasks (10,000).
 */
final class RestartBench {

    private static final int ROUNDS = 5;
    private static final int LOOKS = 200;
    private static final Duration TASK = Duration.ofMinutes(2);

    public static void main(String[] arguments) throws Exception {
        int tasks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        Path folder = Files.createTempDirectory("rlm-bench");
        try (ScriptedEndpoint models = ScriptedEndpoint.start(script())) {
            Replica empty = server("empty", folder, models);
            Replica full = server("full", folder, models);
            List<Replica> one = List.of(full);
            full.start();
            full.awaitReady();
            String id;
            try (PatientClient client = new PatientClient(one)) {
                id = answered(client);
            }
            full.close();
            fill(folder.resolve("full.db"), id, tasks);

            double emptyStart = starts(empty);
            double fullStart = starts(full);
            System.out.printf("restart: ready after %.0f ms (median of %d) with %d finished tasks (goal < 5000 ms),"
                    + " %.0f ms with none: ratio %.2f%n", fullStart, ROUNDS, tasks + 1, emptyStart,
                    fullStart / emptyStart);

            full.start();
            full.awaitReady();
            try (PatientClient client = new PatientClient(one)) {
                look("status of a task", client, "rlm_status", Map.of("task_id", id));
                look("status of the server", client, "rlm_status", Map.of());
                look("the first page of tasks", client, "rlm_list_tasks", Map.of());
                pages(client, tasks + 1);
            } finally {
                full.close();
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    private static Script script() {
        return Script.of("root",
                        Rule.reply("```repl\nprint(llm_query('What is it?'))\n```").onTurn(1),
                        Rule.reply("```repl\nprint(len(context), context[:500])\n```").onTurn(2),
                        Rule.reply("```repl\nFINAL('a sentence that answers the question')\n```"))
                .and("sub", Rule.reply("a short reply"));
    }

    private static Replica server(String name, Path folder, ScriptedEndpoint models) throws Exception {
        return new Replica(name, folder, Map.of(
                "OPENAI_BASE_URL", models.baseUrl().toString(),
                "RLM_MODEL_ROOT", "openai:root",
                "RLM_MODEL_SUB", "openai:sub",
                // What is measured is the server alone.
                "RLM_SANDBOX_WARM_WORKERS", "0",
                "RLM_TASK_RETENTION_COUNT", "1000000",
                "RLM_TASK_STORE", folder.resolve(name + ".db").toString(),
                "RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString(),
                "RLM_TASK_RESULTS_FOLDER", folder.resolve("results").toString()));
    }

    private static String answered(PatientClient client) throws InterruptedException {
        String context = client.load("context", "a line of some text\n".repeat(5_000));
        String id = client.ask("task", context, "What is it?");
        long end = System.nanoTime() + TASK.toNanos();
        Optional<JsonNode> status = client.status(id);
        while (!status.map(it -> it.path("state").asText()).orElse("").equals("answered")) {
            if (System.nanoTime() > end) {
                throw new AssertionError("The task was not answered: " + status);
            }
            Thread.sleep(100);
            status = client.status(id);
        }
        return id;
    }

    /** Adds copies of a task: finished tasks with all their events. */
    private static void fill(Path file, String id, int copies) throws Exception {
        try (JournalDatabase database = JournalDatabase.open(file.toString(), Optional.empty(), Optional.empty())) {
            JournalStore store = database.store();
            List<Entry> entries = store.read(id, 0, JournalStore.MOST);
            List<NewEntry> later = entries.stream().skip(1)
                    .map(entry -> new NewEntry(entry.time(), entry.key(), entry.event(), List.of())).toList();
            TaskIds ids = new TaskIds(new SecureRandom());
            long start = System.nanoTime();
            for (int i = 0; i < copies; i++) {
                Entry first = entries.getFirst();
                String copy = ids.next();
                store.create(new NewTask(copy, "somebody", null, i, first.time().plusMillis(i),
                        (Submitted) first.event()), Duration.ofDays(1));
                store.append(copy, store.take(copy, "bench").orElseThrow(), 1, later);
            }
            System.out.printf("restart: writing %d tasks of %d entries took %.1f s, the store has %.1f MB%n", copies,
                    entries.size(), (System.nanoTime() - start) / 1e9, Files.size(file) / 1e6);
        }
    }

    private static double starts(Replica server) throws Exception {
        List<Double> times = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            server.start();
            server.awaitReady();
            times.add((System.nanoTime() - start) / 1e6);
            server.close();
        }
        return Figures.median(times);
    }

    private static void look(String what, PatientClient client, String tool, Map<String, Object> arguments)
            throws InterruptedException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < LOOKS; i++) {
            long start = System.nanoTime();
            client.call(tool, arguments);
            times.add((System.nanoTime() - start) / 1e6);
        }
        System.out.printf("restart: %s: %.1f ms (median), %.1f ms (p99), first %.1f ms%n", what, Figures.median(times),
                Figures.quantile(times, 0.99), times.getFirst());
    }

    /** Reads all pages of the list of tasks. */
    private static void pages(PatientClient client, int tasks) throws InterruptedException {
        long start = System.nanoTime();
        int pages = 0;
        int listed = 0;
        Map<String, Object> arguments = Map.of();
        JsonNode page;
        do {
            page = client.call("rlm_list_tasks", arguments);
            pages++;
            listed += page.path("tasks").size();
            arguments = Map.of("cursor", page.path("next_cursor").asText());
        } while (page.path("next_cursor").isTextual());
        if (listed != tasks) {
            throw new AssertionError(listed + " tasks are listed, not " + tasks + ".");
        }
        System.out.printf("restart: all %d pages of the list took %.0f ms%n", pages, (System.nanoTime() - start) / 1e6);
    }
}
