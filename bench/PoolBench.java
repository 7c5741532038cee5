import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How soon a task has its worker, warm and cold, and what a worker costs to start. */
final class PoolBench {

    private static final Path HOME = Path.of(System.getProperty("rlm.home"));
    private static final Path CACHE = HOME.resolve("target/quarkus-app/worker.aot");
    private static final int ROUNDS = 5;
    private static final long WARM_UP_MS = 20_000;
    private static final String CELL = """
            import re
            rows = [line.split() for line in context.splitlines() if re.search(r"\\d+", line)]
            print(len(rows), sum(int(row[1]) for row in rows))
            """;

    public static void main(String[] arguments) throws Exception {
        Path text = Files.createTempFile("rlm-bench", ".txt");
        Files.writeString(text, "entry 17 of a list\n".repeat(1_000));
        List<SandboxDocument> documents = List.of(new SandboxDocument("text", text, Files.size(text)));
        try {
            cold("without an AOT cache", documents, Path.of("/nowhere"), Compiler.FULL);
            cold("with the AOT cache", documents, CACHE, Compiler.FULL);
            cold("with the AOT cache and the quick compiler", documents, CACHE, Compiler.QUICK);
            warm(documents);
        } finally {
            Files.delete(text);
        }
    }

    private static SandboxPool pool(int warmWorkers, Path cache, Compiler compiler) {
        SandboxSettings standard = SandboxSettings.defaults();
        SandboxSettings settings = new SandboxSettings(
                standard.heapBytes(), warmWorkers, standard.startTimeout(), standard.grace(), Optional.empty(),
                Optional.of(cache), Optional.empty(), standard.isolation(), standard.memoryBytes());
        return new SandboxPool(settings, WorkerCommand.ofThisApplication(settings).with(compiler));
    }

    private static void cold(String how, List<SandboxDocument> documents, Path cache, Compiler compiler)
            throws Exception {
        List<Double> starts = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            try (SandboxPool pool = pool(0, cache, compiler)) {
                long start = System.nanoTime();
                try (Repl repl = pool.open(documents)) {
                    starts.add((System.nanoTime() - start) / 1e6);
                    processor.add(ProcessHandle.current().descendants()
                            .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
                            .mapToDouble(each -> each.toMillis() / 1e3).sum());
                    cell(repl, 1);
                }
            }
        }
        System.out.printf("pool: a cold worker %s: %.0f ms until it holds its documents, %.1f s of processor time (medians)%n",
                how, Figures.median(starts), Figures.median(processor));
    }

    private static void warm(List<SandboxDocument> documents) throws Exception {
        List<Double> opened = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> tenth = new ArrayList<>();
        try (SandboxPool pool = pool(1, CACHE, Compiler.FULL)) {
            for (int round = 0; round < ROUNDS; round++) {
                Thread.sleep(WARM_UP_MS);
                long start = System.nanoTime();
                try (Repl repl = pool.open(documents)) {
                    opened.add((System.nanoTime() - start) / 1e6);
                    first.add(cell(repl, 1));
                    for (int number = 2; number < 10; number++) {
                        cell(repl, number);
                    }
                    tenth.add(cell(repl, 10));
                }
            }
        }
        System.out.printf("pool: a warm worker is handed over with its documents in %.1f ms (median; goal < 20 ms)%n", Figures.median(opened));
        System.out.printf("pool: its first cell takes %.1f ms, the tenth %.1f ms (medians; goal: at most 100 ms more)%n",
                Figures.median(first), Figures.median(tenth));
    }

    private static double cell(Repl repl, int number) throws Exception {
        CellResult result = repl.run(new Repl.Cell(number, CELL), Duration.ofMinutes(1), 20_000, new NoCalls());
        if (result.status() != CellResult.Status.OK) {
            throw new AssertionError(result.output());
        }
        return result.active().toNanos() / 1e6;
    }
}
