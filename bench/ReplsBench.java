import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.Isolation;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What 20 REPLs over one context take more than one, in the same worker, and how soon another is open. */
final class ReplsBench {
    private static final Path HOME = Path.of(System.getProperty("rlm.home"));
    private static final int REPLS = 20;
    private static final int BYTES = 100_000_000;
    private static final int GOAL_MIB = 150;
    private static final int SLICES = REPLS - 1;
    private static final Pattern GENERATION = Pattern.compile("(?m)^\\s*(?:DefNew|Tenured)\\s+total \\d+K, used (\\d+)K");

    /** What each REPL does: it looks at its whole context, and keeps little of it. */
    private static final String CELL = """
            import collections, json, re
            found = len(grep("entry 1999"))
            head, tail, length = context[:1000], context[-1000:], len(context)
            count = context.count("wrote")
            """;

    public static void main(String[] arguments) throws Exception {
        for (boolean emoji : new boolean[] {false, true}) {
            Path file = Files.createTempFile("rlm-bench", ".txt");
            try {
                long characters = write(file, emoji ? "😀 " : "");
                measure(emoji ? "text with emoji" : "ASCII text", new SandboxDocument("entries.txt", file, characters));
            } finally {
                Files.delete(file);
            }
        }
    }

    private static long write(Path file, String mark) throws IOException {
        long bytes = 0;
        long characters = 0;
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (int i = 0; bytes < BYTES; i++) {
                String line = "2026-03-%02d user%d@example.org wrote entry %d: %sthe answer is %d%n"
                        .formatted(i % 28 + 1, i % 977, i, i % 100 == 0 ? mark : "", i * 7919L % 1000);
                writer.write(line);
                bytes += line.getBytes(StandardCharsets.UTF_8).length;
                characters += line.length();
            }
        }
        return characters;
    }

    private static void measure(String text, SandboxDocument document) throws Exception {
        SandboxSettings standard = SandboxSettings.defaults();
        // jcmd finds no worker in namespaces of its own.
        SandboxSettings settings = new SandboxSettings(
                standard.heapBytes(), 0, Duration.ofMinutes(5), standard.grace(), standard.pythonCache(),
                Optional.of(HOME.resolve("target/quarkus-app/worker.aot")), Optional.empty(), Isolation.NONE,
                standard.memoryBytes());
        try (SandboxPool pool = new SandboxPool(settings, WorkerCommand.ofThisApplication(settings));
                Repl root = pool.open(List.of(document))) {
            int number = 0;
            while (number < REPLS) {
                // As many cells as the children will run, since what is resident grows with the garbage of cells.
                number = run(root, number, CELL);
            }
            long length = Long.parseLong(root.value("length").text());
            long workerId = worker();
            Memory one = Memory.of(workerId);
            List<Repl> whole = new ArrayList<>();
            List<Double> opened = new ArrayList<>();
            for (int i = 0; i < SLICES; i++) {
                whole.add(child(root, new Slice(0, length), opened));
            }
            Memory many = Memory.of(workerId);
            report(text, "over all of it", one, many, opened);
            for (Repl child : whole) {
                child.close();
            }
            report(text, "closed again", one, Memory.of(workerId), List.of());
            opened.clear();
            for (int i = 0; i < SLICES; i++) {
                long start = length / 2 / REPLS * i;
                whole.set(i, child(root, new Slice(start, start + length / 2), opened));
            }
            report(text, "over halves of it", one, Memory.of(workerId), opened);
            run(root, number, "count == context.count('wrote') or 1 / 0");
        }
    }

    private static Repl child(Repl root, Slice slice, List<Double> opened) throws Exception {
        long start = System.nanoTime();
        Repl child = root.child(new ChildContext.Slices(List.of(slice)), 0, List.of());
        opened.add((System.nanoTime() - start) / 1e6);
        run(child, 0, CELL);
        return child;
    }

    private static int run(Repl repl, int before, String code) throws Exception {
        CellResult result = repl.run(new Repl.Cell(before + 1, code), Duration.ofMinutes(2), 20_000, new NoCalls());
        if (result.status() != CellResult.Status.OK) {
            throw new AssertionError(result.output());
        }
        return before + 1;
    }

    private static void report(String text, String how, Memory one, Memory many, List<Double> opened) {
        System.out.printf(
                Locale.ROOT,
                "repls: %s, %d REPLs %s: %+d MiB of heap after a collection, %+d MiB resident, over one with %d and %d MiB"
                        + " (goal: less than +%d)%n",
                text, REPLS, how, many.heap - one.heap, many.resident - one.resident, one.heap, one.resident, GOAL_MIB);
        if (!opened.isEmpty()) {
            Collections.sort(opened);
            System.out.printf(
                    Locale.ROOT,
                    "repls: %s, %s: a child is open in %.0f ms (median), %.0f ms at most%n",
                    text, how, opened.get(opened.size() / 2), opened.getLast());
        }
    }

    /** The worker's process: the one with the most memory among the descendants, since launchers come before it. */
    private static long worker() {
        return ProcessHandle.current()
                .descendants()
                .max((a, b) -> Long.compare(kibibytes(a.pid(), "VmRSS"), kibibytes(b.pid(), "VmRSS")))
                .orElseThrow()
                .pid();
    }

    private static long kibibytes(long pid, String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0L);
        } catch (IOException e) {
            return 0;
        }
    }

    /** In MiB: what the worker's heap holds after a full collection, as `jcmd` tells, and what is resident then. */
    private record Memory(long heap, long resident) {
        static Memory of(long pid) throws Exception {
            command(pid, "GC.run");
            command(pid, "GC.run");
            // The generations of the serial collector, which workers have.
            String info = command(pid, "GC.heap_info");
            List<Long> generations = GENERATION.matcher(info).results().map(each -> Long.valueOf(each.group(1))).toList();
            if (generations.size() != 2) {
                throw new IllegalStateException("jcmd does not tell what the heap holds: " + info);
            }
            return new Memory((generations.get(0) + generations.get(1)) >> 10, kibibytes(pid, "VmRSS") >> 10);
        }

        private static String command(long pid, String command) throws Exception {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (jcmd.waitFor() != 0) {
                throw new IllegalStateException("jcmd failed: " + told);
            }
            return told;
        }
    }
}
