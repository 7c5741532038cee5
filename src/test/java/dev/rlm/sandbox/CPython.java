package dev.rlm.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The CPython of this machine, which runs cells by {@code cpython.py}. */
record CPython(int minor) {
    private static final int LEAST_MINOR = 11;

    /** GraalPy's own version: later ones word some errors otherwise. */
    private static final int MOST_MINOR = 12;

    /** The {@code python3} on the path, if there is one of a version that prints what GraalPy's does. */
    static Optional<CPython> here() throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder("python3", "-c", "import sys; print(*sys.version_info[:2])")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0 || !version.matches("3 \\d+")) {
                return Optional.empty();
            }
            int minor = Integer.parseInt(version.substring(2));
            return minor < LEAST_MINOR || minor > MOST_MINOR ? Optional.empty() : Optional.of(new CPython(minor));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A cell with its number. */
    record Numbered(int number, String source) {}

    /** What the cells print, one after the other in one namespace over these documents. */
    List<String> outputs(List<SandboxDocument> documents, List<Numbered> cells) throws Exception {
        ObjectMapper json = new ObjectMapper();
        Path request = Files.createTempFile("rlm-corpus", ".json");
        try {
            json.writeValue(
                    request.toFile(),
                    Map.of(
                            "documents",
                            documents.stream()
                                    .map(document -> List.of(
                                            document.name(), document.file().toString()))
                                    .toList(),
                            "cells",
                            cells.stream()
                                    .map(cell -> List.of(cell.number(), cell.source()))
                                    .toList()));
            ProcessBuilder builder = new ProcessBuilder(
                            "python3",
                            "-X",
                            "utf8",
                            CorpusFile.FOLDER
                                    .resolve("cpython.py")
                                    .toAbsolutePath()
                                    .toString())
                    .redirectInput(request.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().clear();
            builder.environment().put("PATH", System.getenv("PATH"));
            builder.environment().put("PYTHONHASHSEED", "0");
            Process process = builder.start();
            byte[] outputs = process.getInputStream().readAllBytes();
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("CPython could not run the corpus.");
            }
            return Arrays.asList(json.readValue(outputs, String[].class));
        } finally {
            Files.delete(request);
        }
    }
}
