package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cells of the kind that models write print in the sandbox what they print in CPython, byte for byte: beside the {@code
 * python3} of this machine where it has one, and what was recorded there elsewhere. All cells run in one REPL.
 *
 * <p>{@code -Drlm.corpus.record=true} records anew what CPython prints.
 */
@Tag("slow")
class CorpusTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OUTPUT = 100_000;
    private static final int CELLS_PROMISED = 80;

    @TempDir
    static Path folder;

    static List<CorpusFile> files;
    static List<SandboxDocument> documents;
    static Map<String, Map<String, String>> ofCPython = new LinkedHashMap<>();
    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void runInCPython() throws Exception {
        files = CorpusFile.all();
        documents = CorpusDocuments.in(folder);
        Optional<CPython> python = CPython.here();
        if (python.isPresent()) {
            List<CPython.Numbered> cells = new ArrayList<>();
            for (CorpusFile file : files) {
                if (runsIn(python.get(), file)) {
                    file.cells().forEach((cell, source) -> cells.add(new CPython.Numbered(file.number(cell), source)));
                }
            }
            List<String> outputs = new ArrayList<>(python.get().outputs(documents, cells));
            for (CorpusFile file : files) {
                if (runsIn(python.get(), file)) {
                    Map<String, String> printed = new LinkedHashMap<>();
                    file.cells().keySet().forEach(cell -> printed.put(cell, outputs.removeFirst()));
                    ofCPython.put(file.name(), printed);
                    if (Boolean.getBoolean("rlm.corpus.record")) {
                        file.record(printed);
                    }
                }
            }
        }
        pool = TestRepl.pool(0, Compiler.FULL);
        repl = new TestRepl(pool.open(documents));
    }

    @AfterAll
    static void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private static boolean runsIn(CPython python, CorpusFile file) {
        return !file.sandboxOnly() && file.neededMinor() <= python.minor();
    }

    @TestFactory
    Stream<DynamicContainer> everyCellPrintsWhatCPythonPrints() {
        return files.stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file.name(),
                        file.cells().entrySet().stream()
                                .map(cell -> DynamicTest.dynamicTest(
                                        cell.getKey(), () -> check(file, cell.getKey(), cell.getValue())))));
    }

    private static void check(CorpusFile file, String cell, String source) throws Exception {
        Map<String, String> expected =
                ofCPython.containsKey(file.name()) ? ofCPython.get(file.name()) : file.recorded();
        CellResult result = repl.repl.run(new Repl.Cell(file.number(cell), source), LIMIT, OUTPUT, new CorpusCalls());
        assertThat(expected).containsKey(cell);
        assertThat(result.output()).isEqualTo(expected.get(cell));
    }

    @Test
    void whatIsRecordedIsWhatCPythonPrints() throws Exception {
        for (CorpusFile file : files) {
            assertThat(file.recorded().keySet())
                    .describedAs(file.name())
                    .isEqualTo(file.cells().keySet());
            if (ofCPython.containsKey(file.name())) {
                assertThat(file.recorded()).describedAs(file.name()).isEqualTo(ofCPython.get(file.name()));
            }
        }
    }

    @Test
    void theCorpusIsAsLargeAsPromised() {
        assertThat(files.stream()
                        .filter(file -> !file.sandboxOnly())
                        .mapToInt(file -> file.cells().size())
                        .sum())
                .isGreaterThanOrEqualTo(CELLS_PROMISED);
        assertThat(documents.stream().mapToLong(SandboxDocument::characters).sum())
                .isBetween(200_000L, 1_000_000L);
    }
}
