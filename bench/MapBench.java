import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.Prompts;
import dev.rlm.sandbox.WorkerCommand;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Labels the lines of a file by llm_map, and by one call for each line: how many calls that takes, and how long, where each
 * call takes 200 ms and 16 run at a time. The first argument names the file (ISO 8859-1 or UTF-8); without it the lines are
 * made up. The sub-model leaves one item in a hundred out of replies to more than ten.
 */
final class MapBench {
    private static final Path HOME = Path.of(System.getProperty("rlm.home"));
    private static final int LINES = 5_452;
    private static final int PARALLEL = 16;
    private static final Duration CALL = Duration.ofMillis(200);
    private static final Pattern ITEM = Pattern.compile("^\\[(\\d+)] (.*)$", Pattern.MULTILINE);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String PREPARE = """
            from typing import Literal
            Label = Literal["short", "long"]
            lines = context.splitlines()
            """;
    private static final String MAP = """
            labels = llm_map(lines, "Is this question short or long?", Label)
            assert len(labels) == len(lines) and not any(isinstance(label, SubCallFailure) for label in labels)
            """;
    private static final String ONE_BY_ONE = """
            labels = llm_query_batched([f"Is this question short or long?\\n\\n{line}" for line in lines], Label)
            assert len(labels) == len(lines) and not any(isinstance(label, SubCallFailure) for label in labels)
            """;

    public static void main(String[] arguments) throws Exception {
        List<String> lines = arguments.length > 0 ? read(Path.of(arguments[0])) : madeUp();
        Path file = Files.createTempFile("rlm-bench", ".txt");
        SandboxSettings standard = SandboxSettings.defaults();
        SandboxSettings settings = new SandboxSettings(
                standard.heapBytes(), 0, Duration.ofMinutes(5), standard.grace(), standard.pythonCache(),
                Optional.of(HOME.resolve("target/quarkus-app/worker.aot")), Optional.empty(), standard.isolation(),
                standard.memoryBytes());
        try (SandboxPool pool = new SandboxPool(settings, WorkerCommand.ofThisApplication(settings))) {
            String text = String.join("\n", lines);
            Files.writeString(file, text);
            try (Repl repl = pool.open(List.of(new SandboxDocument("lines.txt", file, text.length())))) {
                run(repl, 1, PREPARE, new Labels());
                // Once to warm up.
                run(repl, 2, MAP, new Labels());
                report("llm_map", lines.size(), repl, 3, MAP);
                report("one call for each line", lines.size(), repl, 4, ONE_BY_ONE);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void report(String what, int lines, Repl repl, int cell, String code) throws Exception {
        Labels labels = new Labels();
        double seconds = run(repl, cell, code, labels);
        int calls = labels.calls.get();
        double ideal = (calls + PARALLEL - 1) / PARALLEL * CALL.toMillis() / 1e3;
        System.out.printf("map: %s: %d lines, %d calls, %.2f s; %d calls of %d ms, %d at a time, take %.2f s: ratio %.2f%n",
                what, lines, calls, seconds, calls, CALL.toMillis(), PARALLEL, ideal, seconds / ideal);
    }

    private static double run(Repl repl, int cell, String code, HostCalls calls) throws Exception {
        long start = System.nanoTime();
        CellResult result = repl.run(new Repl.Cell(cell, code), Duration.ofMinutes(10), 20_000, calls);
        if (result.status() != CellResult.Status.OK) {
            throw new AssertionError(result.output());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<String> read(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        Charset charset = text.indexOf('\ufffd') < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        return new String(bytes, charset).lines().toList();
    }

    private static List<String> madeUp() {
        Random random = new Random(4711);
        List<String> words = List.of("What", "river", "king", "film", "first", "largest", "country", "many", "of", "the");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            StringBuilder line = new StringBuilder("Question " + i + ":");
            int length = 4 + random.nextInt(9);
            for (int word = 0; word < length; word++) {
                line.append(' ').append(words.get(random.nextInt(words.size())));
            }
            lines.add(line.append('?').toString());
        }
        return lines;
    }

    /** A sub-model that labels questions by their length. */
    private static final class Labels implements HostCalls {
        final AtomicInteger calls = new AtomicInteger();
        private final Semaphore places = new Semaphore(PARALLEL);

        @Override
        public List<Outcome> query(List<String> prompts) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Outcome> query(Prompts prompts) throws InterruptedException {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Outcome>> replies = prompts.texts().stream()
                        .map(prompt -> threads.submit(() -> answer(prompt, prompts.schema())))
                        .toList();
                List<Outcome> outcomes = new ArrayList<>();
                for (Future<Outcome> reply : replies) {
                    outcomes.add(reply.get());
                }
                return outcomes;
            } catch (java.util.concurrent.ExecutionException e) {
                return Collections.nCopies(prompts.texts().size(), new Outcome.Failure("The benchmark is broken: " + e));
            }
        }

        private Outcome answer(String prompt, String schema) throws InterruptedException {
            places.acquire();
            try {
                calls.incrementAndGet();
                Thread.sleep(CALL);
                return new Outcome.Reply(schema.contains("\"id\"") ? labels(prompt) : label(prompt));
            } finally {
                places.release();
            }
        }

        private static String labels(String prompt) {
            List<MatchResult> items = ITEM.matcher(prompt).results().toList();
            ArrayNode rows = MAPPER.createArrayNode();
            for (MatchResult item : items) {
                String text = item.group(2);
                if (items.size() <= 10 || Math.floorMod(text.hashCode(), 100) != 0) {
                    rows.addObject()
                            .put("id", Integer.parseInt(item.group(1)))
                            .put("value", text.length() > 50 ? "long" : "short");
                }
            }
            return rows.toString();
        }

        private static String label(String prompt) {
            return prompt.length() > 80 ? "\"long\"" : "\"short\"";
        }

        @Override
        public String budgetJson() {
            return "{\"sub_calls_left\": 10000, \"sub_call_characters\": 400000}";
        }
    }
}
