package dev.rlm.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A store and a folder of inputs that a test works with. */
final class Workbench {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    /** Small enough that tests can reach the limits. */
    static final ContextLimits SMALL = new ContextLimits(40L << 20, 20_000, 30_000, 80L << 20, 200, Long.MAX_VALUE);

    final Path inputs;
    final Path folder;
    final LocalContextStore store;
    final ContextReader reader;
    private final Random random = new Random(7);

    Workbench(Path temporary) throws IOException, ContextException {
        inputs = Files.createDirectories(temporary.toRealPath().resolve("inputs"));
        folder = temporary.resolve("store");
        store = LocalContextStore.open(folder, CLOCK);
        reader = new ContextReader(store);
    }

    ContextLoader loader(ContextLimits limits) throws ContextException {
        return new ContextLoader(store, ContextRoots.of(List.of(inputs)), limits, CLOCK, random);
    }

    ContextLoader loader() throws ContextException {
        return loader(SMALL);
    }

    Context load(Path... paths) throws Exception {
        return loader().load(
                        null,
                        Arrays.stream(paths)
                                .<Source>map(path -> new Source.OnDisk(path.toString()))
                                .toList());
    }

    Context loadText(String... texts) throws Exception {
        List<Source> sources = new java.util.ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            sources.add(new Source.Text("text " + (i + 1), texts[i]));
        }
        return loader().load(null, sources);
    }

    Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] bytes) throws IOException {
        Path file = inputs.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    String text(Context context, String document) throws Exception {
        return Files.readString(store.content(Documents.find(context, document)));
    }

    List<String> names(Context context) {
        return context.documents().stream().map(Document::name).toList();
    }

    /** All files of the store but its lock, relative to its folder. */
    List<String> stored() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.equals("lock"))
                    .sorted()
                    .toList();
        }
    }
}
