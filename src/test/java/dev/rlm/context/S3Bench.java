package dev.rlm.context;

import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.PdfSettings;
import dev.rlm.storage.s3.S3Access;
import dev.rlm.storage.s3.S3Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Loads from addresses in S3 into a store of a test's own. */
final class S3Bench implements AutoCloseable {
    final LocalContextStore store;
    private final S3Fetch objects;
    private final ContextLoader loader;

    S3Bench(Path folder, S3Access access, Duration time, ContextLimits limits, String... allowed) throws Exception {
        store = LocalContextStore.open(folder, Workbench.CLOCK);
        objects = new S3Fetch(AllowedObjects.of(List.of(allowed)), access, time);
        loader = new ContextLoader(
                store,
                ContextRoots.none(),
                UrlFetch.none(),
                objects,
                limits,
                new PdfReaders(PdfSettings.DEFAULT),
                Workbench.CLOCK,
                new Random(7));
    }

    /** Of a server, from which all of a bucket may be loaded. */
    static S3Bench of(Path folder, URI server, String bucket) throws Exception {
        return new S3Bench(
                folder, S3Server.access(server), Duration.ofMinutes(1), Workbench.SMALL, "s3://" + bucket + "/");
    }

    Context load(String... addresses) throws Exception {
        return loader.load(null, Arrays.stream(addresses).map(Source::at).toList());
    }

    static List<String> names(Context context) {
        return context.documents().stream().map(Document::name).toList();
    }

    String text(Context context, String document) throws Exception {
        return Files.readString(store.content(Documents.find(context, document)));
    }

    @Override
    public void close() {
        objects.close();
    }
}
