package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PythonLibraryTest {
    @TempDir
    Path cache;

    @Test
    void itIsUnpackedOnceHoweverManyWantIt() throws Exception {
        Path runs = cache.resolve("runs");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> prepare = () -> {
                library()
                        .prepare(folder ->
                                shell("echo run >>" + runs + "; sleep 0.2; echo text >" + folder.resolve("os.py")));
                assertThat(library().folder().resolve("os.py")).hasContent("text");
                return null;
            };
            for (Future<Void> future : executor.invokeAll(
                    IntStream.range(0, 5).mapToObj(_ -> prepare).toList())) {
                future.get();
            }
        }
        assertThat(runs).hasContent("run");
    }

    @Test
    void whatAKilledProcessLeftIsNotUsed() throws Exception {
        Path half = Files.createDirectories(cache.resolve("release.unfinished"));
        Files.writeString(half.resolve("half.py"), "ha");
        library().prepare(folder -> shell("echo whole >" + folder.resolve("whole.py")));
        assertThat(library().folder()).isDirectoryContaining("glob:**whole.py");
        assertThat(library().folder().resolve("half.py")).doesNotExist();
        assertThat(half).doesNotExist();
    }

    @Test
    void aFailureLeavesNothingAndIsToldInASentence() {
        assertThatThrownBy(() -> library().prepare(folder -> shell("echo x >" + folder.resolve("x") + "; exit 1")))
                .isInstanceOf(SandboxException.class)
                .hasMessageStartingWith("Python's library could not be unpacked to " + cache);
        assertThat(library().folder()).doesNotExist();
        assertThat(cache.resolve("release.unfinished")).doesNotExist();
    }

    @Test
    void aFolderThatWasFilledBeforeNeedsNoWriting() throws Exception {
        Files.createDirectory(library().folder());
        library().prepare(_ -> {
            throw new AssertionError("It is there.");
        });
        assertThat(cache.resolve("lock")).doesNotExist();
    }

    private PythonLibrary library() {
        return new PythonLibrary(cache, "release");
    }

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }
}
