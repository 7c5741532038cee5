package dev.rlm.context;

import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.PdfSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Loads sources into a store as one context, in memory that does not grow with them. Thread-safe.
 *
 * <p>A folder is taken in as {@link Folder} says: sorted by path, without what {@code .gitignore} names, binaries and
 * archives left out and told of in {@link Context#skipped}; so are the objects below an address in S3. A file that is
 * named itself must be text, an image, a PDF or an archive. Images are PNG, JPEG, WebP and GIF, told from their first
 * bytes. PDFs become documents as {@link PdfSource} says. Text is UTF-8, UTF-16 or windows-1252, told from its bytes, and
 * stored as UTF-8 without a byte order mark; line breaks stay as they are. Where there are several sources, the names of
 * what comes from a folder or archive start with its name.
 */
public final class ContextLoader {
    private static final int MAX_NAME = 200;
    private static final int HEAD = 1 << 10;

    private final DurableContextStore store;
    private final ContextRoots roots;
    private final UrlFetch urls;
    private final S3Fetch objects;
    private final ContextLimits limits;
    private final Clock clock;
    private final ContextIds ids;
    private final OwnedBytes owned;
    private final PdfReaders pdfs;
    private final Tokenizer tokenizer = new Tokenizer();
    private final AtomicInteger loading = new AtomicInteger();

    /** A loader that reads PDFs within {@link PdfSettings#DEFAULT}. */
    public ContextLoader(
            DurableContextStore store, ContextRoots roots, ContextLimits limits, Clock clock, RandomGenerator random) {
        this(store, roots, UrlFetch.none(), S3Fetch.none(), limits, new PdfReaders(PdfSettings.DEFAULT), clock, random);
    }

    /**
     * A loader.
     *
     * @param store where contexts are saved
     * @param roots which paths may be loaded
     * @param urls fetches what is behind addresses that may be loaded
     * @param objects fetches what is behind addresses in S3 that may be loaded
     * @param limits what one context may hold
     * @param pdfs reads PDFs
     * @param clock tells when a context was loaded
     * @param random makes ids; a {@code SecureRandom}, so that nobody can guess them
     */
    public ContextLoader(
            DurableContextStore store,
            ContextRoots roots,
            UrlFetch urls,
            S3Fetch objects,
            ContextLimits limits,
            PdfReaders pdfs,
            Clock clock,
            RandomGenerator random) {
        this.store = store;
        this.roots = roots;
        this.urls = urls;
        this.objects = objects;
        this.limits = limits;
        this.clock = clock;
        this.ids = new ContextIds(random);
        this.owned = new OwnedBytes(store, limits);
        this.pdfs = pdfs;
    }

    /**
     * Loads sources as a new context of {@link Context#LOCAL}, whose documents are in the order of the sources. Either all is
     * saved, or nothing.
     *
     * @param name what the context is called, at most 200 UTF-16 units of it; null to name it after its sources
     * @param sources at least one
     * @throws ContextException if a source cannot be loaded, there is no text in any, they exceed a limit, or the store
     *     fails; the message is a sentence that says what to do
     * @throws InterruptedException if the thread was interrupted
     */
    public Context load(@Nullable String name, List<Source> sources) throws ContextException, InterruptedException {
        return load(Context.LOCAL, name, sources, null, PdfPages.AUTO);
    }

    /**
     * Loads sources as {@link #load(String, List)} does, for an owner, and once for each key: an owner who loads with the
     * same key within a day gets the same context, whatever the sources. Of several loads at the same time one is done,
     * also among processes; the others wait for it, and if it fails the next one tries.
     *
     * @param key what the owner calls this load; null to load in any case
     */
    public Context load(String owner, @Nullable String name, List<Source> sources, @Nullable String key)
            throws ContextException, InterruptedException {
        return load(owner, name, sources, key, PdfPages.AUTO);
    }

    /**
     * Loads sources as {@link #load(String, String, List, String)} does.
     *
     * @param pages which pages of PDFs become images
     */
    public Context load(String owner, @Nullable String name, List<Source> sources, @Nullable String key, PdfPages pages)
            throws ContextException, InterruptedException {
        String id = ids.next();
        return key == null
                ? load(id, owner, name, sources, pages)
                : store.loadKeys()
                        .once(
                                LoadKey.of(owner, key),
                                id,
                                store.of(owner)::find,
                                () -> load(id, owner, name, sources, pages));
    }

    private Context load(String id, String owner, @Nullable String name, List<Source> sources, PdfPages pages)
            throws ContextException, InterruptedException {
        if (sources.isEmpty()) {
            throw new ContextException("Nothing to load was given: give a text, or the path of a file or folder.");
        }
        loading.incrementAndGet();
        try (Staging staging = store.stage(id);
                PdfSource pdfSource = new PdfSource(pdfs, pages)) {
            Intake intake = new Intake(staging, limits, owned.room(owner), tokenizer, pdfSource);
            for (Source source : sources) {
                intake.look();
                add(source, sources.size() > 1, intake, staging);
            }
            String wanted = name == null || name.isBlank() ? nameOf(sources) : name.strip();
            String label = Labels.harmless(wanted.length() > MAX_NAME ? wanted.substring(0, MAX_NAME) : wanted);
            Context context = intake.context(id, owner, label, clock.instant());
            owned.save(context, staging);
            return context;
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw new ContextException(
                    "The context cannot be stored (" + Reasons.of(e)
                            + "): check the space and the permissions of rlm.context.folder.",
                    e);
        } finally {
            loading.decrementAndGet();
        }
    }

    /** Whether anything is being loaded. */
    public boolean isLoading() {
        return loading.get() > 0;
    }

    private void add(Source source, boolean several, Intake intake, Staging staging)
            throws IOException, ContextException, InterruptedException {
        switch (source) {
            case Source.Text text -> intake.add(text.name(), text.text());
            case Source.Stream stream -> {
                try {
                    intake.add(stream.name(), stream.bytes());
                } catch (Unreadable e) {
                    throw refused(stream.name(), e);
                }
            }
            case Source.OnDisk onDisk -> {
                try {
                    add(roots, roots.resolve(onDisk.path()), labelOf(onDisk), several, intake);
                } catch (Unreadable e) {
                    throw refused(onDisk.path(), e);
                }
            }
            case Source.Received received -> {
                try {
                    add(received, several, intake);
                } catch (Unreadable e) {
                    throw refused(received.name(), e);
                }
            }
            case Source.Url url -> {
                URI address = urls.require(url.url());
                try {
                    Path file = staging.spool("fetched", to -> urls.fetch(address, limits.bytes(), to));
                    add(new Source.Received(nameOf(address), file), several, intake);
                } catch (Unreadable e) {
                    throw refused(address.toString(), e);
                }
            }
            case Source.InS3 inS3 -> {
                S3Address address = objects.require(inS3.address());
                try {
                    add(address, several, intake, staging);
                } catch (Unreadable e) {
                    throw refused(address.toString(), e);
                }
            }
        }
    }

    private void add(S3Address address, boolean several, Intake intake, Staging staging)
            throws Unreadable, IOException, ContextException, InterruptedException {
        if (address.isFolder()) {
            new ObjectFolder(address, several ? address.label() + "/" : "", objects, intake, staging).load();
            return;
        }
        Path file = staging.spool("fetched", to -> objects.fetch(address, limits.bytes(), to));
        add(new Source.Received(address.label(), file), several, intake);
    }

    private static void add(Source.Received received, boolean several, Intake intake)
            throws Unreadable, IOException, ContextException, InterruptedException {
        ContextRoots own = ContextRoots.of(List.of(received.folder()));
        add(own, received.file().toRealPath(), Labels.harmless(received.name()), several, intake);
    }

    /** The last part of the path of an address, or its host. */
    private static String nameOf(URI url) {
        String path = String.valueOf(url.getPath());
        String last = path.substring(path.lastIndexOf('/') + 1);
        return Labels.harmless(last.isBlank() ? String.valueOf(url.getHost()) : last);
    }

    private static void add(ContextRoots roots, Path real, String label, boolean several, Intake intake)
            throws Unreadable, IOException, ContextException, InterruptedException {
        String prefix = several ? label + "/" : "";
        if (isFolder(real)) {
            new Folder(real, prefix, roots, intake).load();
            return;
        }
        Optional<Archive.Format> format = archiveFormat(roots, real, label);
        if (format.isPresent()) {
            new Archive(label, prefix, roots, intake).load(real, format.get());
            return;
        }
        try (InputStream in = open(roots, real)) {
            intake.add(label, in);
        }
    }

    private static boolean isFolder(Path real) throws Unreadable {
        try {
            return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isDirectory();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static Optional<Archive.Format> archiveFormat(ContextRoots roots, Path real, String label)
            throws Unreadable, InterruptedException {
        try (InputStream in = open(roots, real)) {
            return Archive.Format.of(ByteBuffer.wrap(in.readNBytes(HEAD)), label);
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static InputStream open(ContextRoots roots, Path real) throws Unreadable {
        try {
            return roots.open(real);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static Unreadable unreadable(IOException e) {
        return new Unreadable("cannot be read (" + Reasons.of(e) + ")");
    }

    private static ContextException refused(String name, Unreadable e) {
        return new ContextException(Labels.harmless(name) + " " + e.reason()
                + ": give a file of text, a PDF, an image (PNG, JPEG, WebP or GIF), a folder, or an archive (zip,"
                + " tar, tar.gz or gz) on disk.");
    }

    private static String labelOf(Source.OnDisk onDisk) {
        Path file = Path.of(onDisk.path()).toAbsolutePath().normalize().getFileName();
        return file == null ? "root" : Labels.harmless(file.toString());
    }

    private static String nameOf(List<Source> sources) {
        String first = switch (sources.getFirst()) {
            case Source.Text text -> text.name();
            case Source.Stream stream -> stream.name();
            case Source.OnDisk onDisk -> labelOf(onDisk);
            case Source.Received received -> received.name();
            case Source.Url url -> nameOf(URI.create(url.url()));
            case Source.InS3 inS3 ->
                S3Address.of(inS3.address()).map(S3Address::label).orElse("S3");
        };
        return sources.size() == 1 ? first : first + " and " + (sources.size() - 1) + " more";
    }
}
