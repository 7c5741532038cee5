package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of the corpus: named cells that build on one another, each after a line {@code # %% name}, and what CPython
 * prints for them, in a file of the same form under {@code recorded}.
 *
 * <p>A first line {@code # needs python 3.12} says which CPython can run the file. {@code # sandbox only} says that none
 * can, as the cells are about the sandbox; what was recorded for them was written by hand.
 */
record CorpusFile(String name, int neededMinor, boolean sandboxOnly, Map<String, String> cells) {
    static final Path FOLDER = Path.of("src/test/resources/dev/rlm/sandbox/corpus");
    private static final String SEPARATOR = "# %% ";
    private static final String NEEDS = "# needs python 3.";

    static List<CorpusFile> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<CorpusFile> all = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".cells.py"))
                    .sorted()
                    .toList()) {
                all.add(read(file));
            }
            return List.copyOf(all);
        }
    }

    private static CorpusFile read(Path file) throws IOException {
        String text = Files.readString(file);
        String first = text.lines().findFirst().orElse("");
        int minor = first.startsWith(NEEDS) ? Integer.parseInt(first.substring(NEEDS.length())) : 11;
        String name = file.getFileName().toString().replace(".cells.py", "");
        return new CorpusFile(name, minor, first.equals("# sandbox only"), sections(text));
    }

    /** The number of a cell: with the file's own in front, so that a new cell changes no other file's tracebacks. */
    int number(String cell) {
        return 100 * Integer.parseInt(name.substring(0, 2))
                + 1
                + List.copyOf(cells.keySet()).indexOf(cell);
    }

    /** The recorded outputs by the cells' names; empty if there are none. */
    Map<String, String> recorded() throws IOException {
        return Files.exists(recordedFile()) ? sections(Files.readString(recordedFile())) : Map.of();
    }

    void record(Map<String, String> outputs) throws IOException {
        StringBuilder text = new StringBuilder();
        outputs.forEach((cell, output) ->
                text.append(SEPARATOR).append(cell).append('\n').append(output));
        Files.createDirectories(recordedFile().getParent());
        Files.writeString(recordedFile(), text, StandardCharsets.UTF_8);
    }

    private Path recordedFile() {
        return FOLDER.resolve("recorded").resolve(name + ".txt");
    }

    private static Map<String, String> sections(String text) {
        Map<String, String> sections = new LinkedHashMap<>();
        String name = null;
        StringBuilder section = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            if (line.startsWith(SEPARATOR)) {
                put(sections, name, section);
                name = line.substring(SEPARATOR.length()).strip();
            } else {
                section.append(line);
            }
        }
        put(sections, name, section);
        return Collections.unmodifiableMap(sections);
    }

    private static void put(Map<String, String> sections, String name, StringBuilder section) {
        if (name != null && sections.put(name, section.toString()) != null) {
            throw new IllegalArgumentException("Two cells are called " + name + ".");
        }
        section.setLength(0);
    }
}
