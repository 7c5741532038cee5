package dev.rlm.context;

import dev.rlm.storage.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A process with a cache of its own on a shared object store. */
final class Replica implements AutoCloseable {
    final InterceptedStore objects;
    final SharedContextStore store;
    final ContextLoader loader;
    private final Path cache;

    Replica(ObjectStore objects, Path cache, long cacheSize, Clock clock, long seed) throws Exception {
        this.objects = new InterceptedStore(objects);
        this.cache = cache;
        this.store = SharedContextStore.open(this.objects, cache, cacheSize, clock);
        this.loader = new ContextLoader(store, ContextRoots.none(), Workbench.SMALL, clock, new Random(seed));
    }

    Context load(String... texts) throws Exception {
        return loader.load(null, sources(texts));
    }

    static List<Source> sources(String... texts) {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            sources.add(new Source.Text("text " + (i + 1), texts[i]));
        }
        return sources;
    }

    String text(Context context, int document) throws Exception {
        return Files.readString(store.content(context, context.documents().get(document)));
    }

    /** The texts in the cache. */
    List<String> cached() throws Exception {
        try (Stream<Path> files = Files.walk(cache)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/content/"))
                    .toList()) {
                texts.add(Files.readString(file));
            }
            texts.sort(null);
            return texts;
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
