import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.PromptParts;
import dev.rlm.sandbox.Prompts;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import dev.rlm.search.TextLocator;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What it takes to find the parts of a context of 100 MB in 1,000 prompts that hold all of it: by itself, and as a share of
 * a run whose sub-models answer after a second, 16 at a time: real ones take longer over 100,000 characters. The first argument
 * is another time, in milliseconds. The same run without finding is that one without its time in the worker, which is spent
 * before a query is sent.
 */
final class CoverageBench {
    private static final int BYTES = 100_000_000;
    private static final int PROMPTS = 1_000;
    private static final int PARALLEL = 16;
    private static final int CALL_MS = 1_000;
    private static final int ROUNDS = 5;
    private static final double GOAL = 0.03;

    public static void main(String[] arguments) throws Exception {
        Duration call = Duration.ofMillis(arguments.length == 0 ? CALL_MS : Integer.parseInt(arguments[0]));
        Path file = Files.createTempFile("rlm-bench", ".txt");
        try {
            write(file);
            String text = Files.readString(file);
            double seconds = locate(text);
            double run = run(new SandboxDocument("entries.txt", file, text.length()), call);
            double share = seconds / (run - seconds);
            System.out.printf("coverage: run of %d sub-calls of %d ms, %d at a time: %.1f s; finding takes %.2f s of it, %.1f %% more"
                    + " than without (goal: %.0f %%) %s%n", PROMPTS, call.toMillis(), PARALLEL, run, seconds, 100 * share,
                    100 * GOAL, share <= GOAL ? "ok" : "MISSED");
        } finally {
            Files.delete(file);
        }
    }

    private static void write(Path file) throws IOException {
        Random random = new Random(7);
        long bytes = 0;
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (int i = 0; bytes < BYTES; i++) {
                String line = "2026-03-%02d user%d@example.org wrote entry %d: the answer is %d%n"
                        .formatted(i % 28 + 1, i % 977, i, random.nextInt(1_000_000));
                writer.write(line);
                bytes += line.length();
            }
        }
    }

    /** The seconds for an index and all prompts, in the median. */
    private static double locate(String text) {
        List<String> prompts = new ArrayList<>();
        int size = text.length() / PROMPTS + 1;
        for (int start = 0; start < text.length(); start += size) {
            prompts.add("Which users does this tell of?\n\n" + text.substring(start, Math.min(text.length(), start + size)));
        }
        List<Double> built = new ArrayList<>();
        List<Double> located = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            TextLocator locator = new TextLocator(text);
            long indexed = System.nanoTime();
            long found = 0;
            for (String prompt : prompts) {
                found += locator.locate(prompt, 64).places().stream()
                        .mapToLong(place -> place.end() - place.start())
                        .sum();
            }
            long end = System.nanoTime();
            if (found < text.length()) {
                throw new IllegalStateException("Only " + found + " characters were found.");
            }
            built.add((indexed - start) / 1e9);
            located.add((end - indexed) / 1e9);
        }
        double index = Figures.median(built);
        double prompt = Figures.median(located);
        System.out.printf("coverage: index of %.0f MB: %.2f s, %.1f MB of memory; %d prompts that hold all of it: %.2f s, %.0f MB/s%n",
                text.length() / 1e6, index, TextLocator.bytes(text.length()) / 1e6, prompts.size(), prompt,
                text.length() / 1e6 / prompt);
        return index + prompt;
    }

    private static double run(SandboxDocument document, Duration call) throws Exception {
        SandboxSettings settings = SandboxSettings.defaults();
        Answering calls = new Answering(call);
        try (SandboxPool pool = new SandboxPool(settings, WorkerCommand.ofThisApplication(settings));
                Repl repl = pool.open(List.of(document))) {
            String cell = """
                    size = len(context) // %d + 1
                    chunks = [context[i:i + size] for i in range(0, len(context), size)]
                    replies = llm_query_batched([f"Which users does this tell of?\\n\\n{c}" for c in chunks])
                    """.formatted(PROMPTS);
            long start = System.nanoTime();
            CellResult result = repl.run(new Repl.Cell(1, cell), Duration.ofMinutes(10), 1_000, calls);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (result.status() != CellResult.Status.OK || calls.covered() < document.characters()) {
                throw new IllegalStateException("The run failed: " + result.output() + ", covered " + calls.covered());
            }
            return seconds;
        }
    }

    /** Sub-models that take their time, so many at once, and what is told of their prompts. */
    private static final class Answering implements HostCalls {
        private final Duration call;
        private final List<PromptParts> told = Collections.synchronizedList(new ArrayList<>());
        private final java.util.concurrent.Semaphore places = new java.util.concurrent.Semaphore(PARALLEL);

        Answering(Duration call) {
            this.call = call;
        }

        @Override
        public List<Outcome> query(Prompts prompts) throws InterruptedException {
            told.addAll(prompts.located());
            return query(prompts.texts());
        }

        @Override
        public List<Outcome> query(List<String> prompts) throws InterruptedException {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    places.acquireUninterruptibly();
                    try {
                        Thread.sleep(call);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        places.release();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            return Collections.nCopies(prompts.size(), new Outcome.Reply("none"));
        }

        @Override
        public String budgetJson() {
            return "{}";
        }

        long covered() {
            return told.stream()
                    .flatMap(each -> each.parts().stream())
                    .mapToLong(part -> part.end() - part.start())
                    .sum();
        }
    }
}
