package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A REPL with the number of the next cell, limits and stub calls at hand. */
final class TestRepl implements AutoCloseable {
    /** Only ends what hangs. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    /** Far beyond what a cell takes to stop that is to stop, however slow the machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static final int OUTPUT = 20_000;

    final Repl repl;
    private int cells;

    TestRepl(Repl repl) {
        this.repl = repl;
    }

    /** Workers that start quickly, for tests of what they do and not of how fast. */
    static SandboxPool pool(int warmWorkers) {
        return pool(warmWorkers, Compiler.QUICK, PATIENCE);
    }

    static SandboxPool pool(int warmWorkers, Compiler compiler) {
        return pool(warmWorkers, compiler, PATIENCE);
    }

    /** Such workers, with a grace after which those are killed whose cells do not stop. */
    static SandboxPool pool(Duration grace) {
        return pool(0, Compiler.QUICK, grace);
    }

    private static SandboxPool pool(int warmWorkers, Compiler compiler, Duration grace) {
        SandboxSettings defaults = SandboxSettings.defaults();
        SandboxSettings settings = new SandboxSettings(
                defaults.heapBytes(),
                warmWorkers,
                Duration.ofMinutes(3),
                grace,
                defaults.pythonCache(),
                defaults.aotCache(),
                defaults.workerLog());
        return new SandboxPool(
                settings, WorkerCommand.ofThisApplication(settings).with(compiler));
    }

    static SandboxDocument document(Path folder, String name, String text) throws IOException {
        Path file = Files.createTempFile(folder, "document", ".txt");
        Files.writeString(file, text);
        return new SandboxDocument(name, file, text.length());
    }

    static List<SandboxDocument> documents(Path folder, String... namesAndTexts) throws IOException {
        List<SandboxDocument> documents = new ArrayList<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            documents.add(document(folder, namesAndTexts[i], namesAndTexts[i + 1]));
        }
        return documents;
    }

    CellResult run(String code) throws Exception {
        return run(code, LIMIT, OUTPUT, new StubCalls());
    }

    CellResult run(String code, HostCalls calls) throws Exception {
        return run(code, LIMIT, OUTPUT, calls);
    }

    CellResult run(String code, Duration limit) throws Exception {
        return run(code, limit, OUTPUT, new StubCalls());
    }

    CellResult run(String code, Duration limit, int outputLimit, HostCalls calls) throws Exception {
        cells++;
        return repl.run(new Repl.Cell(cells, code), limit, outputLimit, calls);
    }

    /** Runs a cell that must end well and returns its output without the last line break. */
    String output(String code) throws Exception {
        CellResult result = run(code);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.OK);
        return result.output().stripTrailing();
    }

    @Override
    public void close() {
        repl.close();
    }
}
