import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Typical cells over 50 MB in a warm sandbox worker, beside CPython ({@code python3}) in the same run: the first run of
 * each cell, the median of all, and the ratio of medians. The argument {@code quick} chooses the quick compiler; another is
 * a file of cells.
 */
final class CellsBench {

    private static final Path HOME = Path.of(System.getProperty("rlm.home"));
    private static final int ROUNDS = 5;
    private static final int BYTES = 50_000_000;

    /** What a cell took in its rounds, in milliseconds and in their order, and what it printed. */
    private record Took(String cell, List<Double> rounds, String printed) {
        double first() {
            return rounds.getFirst();
        }

        double median() {
            return Figures.median(rounds);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path text = Files.createTempFile("rlm-bench", ".txt");
        List<String> asked = new ArrayList<>(List.of(arguments));
        Compiler compiler = asked.remove("quick") ? Compiler.QUICK : Compiler.FULL;
        Path cells = asked.isEmpty() ? HOME.resolve("bench/cells/cells.py") : Path.of(asked.getFirst());
        try {
            writeText(text);
            Map<String, Took> baseline = cpython(text, cells);
            tell(sandbox(text, cells, compiler), baseline);
        } finally {
            Files.delete(text);
        }
    }

    private static void tell(List<Took> all, Map<String, Took> baseline) {
        System.out.println("cells: milliseconds over 50 MB; CPython median | sandbox first, median | median/CPython, first/median");
        double total = 0;
        double ours = 0;
        double first = 0;
        double logarithms = 0;
        for (Took took : all) {
            Took base = baseline.get(took.cell());
            double reference = base == null ? Double.NaN : base.median();
            System.out.printf("cells: %-15s %7.0f | %7.0f %7.0f | %5.2f %5.2f%s%n", took.cell(), reference, took.first(),
                    took.median(), took.median() / reference, took.first() / took.median(),
                    base == null || base.printed().equals(took.printed()) ? "" : "  OTHER OUTPUT: " + took.printed());
            total += reference;
            ours += took.median();
            first += took.first();
            logarithms += Math.log(took.median() / reference);
        }
        System.out.printf("cells: total CPython %.0f ms | first %.0f ms, median %.0f ms | ratio %.2f, geometric mean %.2f (goal 1.5)%n",
                total, first, ours, ours / total, Math.exp(logarithms / all.size()));
    }

    private static List<Took> sandbox(Path text, Path cells, Compiler compiler) throws Exception {
        SandboxSettings standard = SandboxSettings.defaults();
        SandboxSettings settings = new SandboxSettings(
                standard.heapBytes(), 1, standard.startTimeout(), standard.grace(), Optional.empty(),
                Optional.of(HOME.resolve("target/quarkus-app/worker.aot")),
                Optional.ofNullable(System.getenv("RLM_SANDBOX_WORKER_LOG")).map(Path::of),
                standard.isolation(), standard.memoryBytes());
        List<Took> all = new ArrayList<>();
        String[] parts = Files.readString(cells).split("\n# %% ");
        try (SandboxPool pool = new SandboxPool(settings, WorkerCommand.ofThisApplication(settings).with(compiler))) {
            Thread.sleep(Integer.getInteger("rlm.settle", 30) * 1000L);
            try (Repl repl = pool.open(List.of(new SandboxDocument("text", text, Files.size(text))))) {
                run(repl, 1, parts[0]);
                for (int i = 1; i < parts.length; i++) {
                    String name = parts[i].lines().findFirst().orElseThrow();
                    String source = parts[i].substring(name.length() + 1);
                    List<Double> rounds = new ArrayList<>();
                    String printed = "";
                    for (int round = 0; round < ROUNDS; round++) {
                        CellResult result = run(repl, i * (ROUNDS + 1) + round, source);
                        rounds.add(result.active().toNanos() / 1e6);
                        printed = result.output().strip();
                    }
                    run(repl, i * (ROUNDS + 1) + ROUNDS, "for name in set(globals()) - _prepared: del globals()[name]");
                    all.add(new Took(name, rounds, printed));
                }
            }
        }
        return all;
    }

    private static CellResult run(Repl repl, int number, String source) throws Exception {
        CellResult result = repl.run(new Repl.Cell(number, source), Duration.ofMinutes(5), 20_000, new NoCalls());
        if (result.status() != CellResult.Status.OK) {
            throw new AssertionError(result.output());
        }
        return result;
    }

    private static Map<String, Took> cpython(Path text, Path cells) throws Exception {
        Map<String, Took> all = new HashMap<>();
        Process python;
        try {
            python = new ProcessBuilder("python3", HOME.resolve("bench/cells/cpython.py").toString(), text.toString(),
                    cells.toString(), String.valueOf(ROUNDS)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (java.io.IOException e) {
            System.out.println("cells: no python3 to compare with");
            return all;
        }
        for (String line : new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            String[] fields = line.split("\t", ROUNDS + 2);
            List<Double> rounds = new ArrayList<>();
            for (int i = 1; i <= ROUNDS; i++) {
                rounds.add(Double.valueOf(fields[i]));
            }
            all.put(fields[0], new Took(fields[0], rounds, fields[ROUNDS + 1]));
        }
        return all;
    }

    /** A log of 430,000 lines, the same each time. */
    private static void writeText(Path file) throws Exception {
        Random random = new Random(7);
        String[] names = {"anna", "bert", "carl", "dora", "emil", "fred", "gina", "hans", "ida", "jan"};
        String[] levels = {"INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"};
        String[] words = new String[5_000];
        for (int i = 0; i < words.length; i++) {
            StringBuilder word = new StringBuilder();
            for (int left = 3 + random.nextInt(7); left > 0; left--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words[i] = word.toString();
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            long size = 0;
            for (int i = 0; size < BYTES; i++) {
                StringBuilder line = new StringBuilder("%s2026-%02d-%02d %02d:%02d:%02d %s user%d@%s.example.org id=%d".formatted(
                        i == 0 ? "" : "\n", 1 + random.nextInt(12), 1 + random.nextInt(28), random.nextInt(24),
                        random.nextInt(60), random.nextInt(60), levels[random.nextInt(levels.length)],
                        1 + random.nextInt(5_000), names[random.nextInt(names.length)], i));
                for (int left = 4 + random.nextInt(9); left > 0; left--) {
                    line.append(' ').append(words[random.nextInt(words.length)]);
                }
                out.append(line);
                size += line.length();
            }
        }
    }
}
