package dev.rlm.context;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the entries of an archive as documents. Entry names are only labels; nothing is unpacked to a place that an
 * entry names.
 */
final class Archive {
    /** What a hostile directory or header may cost in memory. */
    private static final long ZIP_DIRECTORY_BYTES = 32L << 20;

    private static final long TAR_HEADER_BYTES = 1L << 20;

    private final String label;
    private final String prefix;
    private final ContextRoots roots;
    private final Intake intake;
    private long unpacked;

    /** What kind of archive a file is. */
    enum Format {
        ZIP,
        GZIP,
        TAR,
        /** One of the kinds that are not read. */
        OTHER;

        /**
         * Tells the format from a file's first bytes, or from the name where the bytes do not tell.
         *
         * @return empty if it is no archive
         */
        static Optional<Format> of(ByteBuffer head, String name) {
            byte[] start = new byte[Math.min(head.remaining(), 262)];
            head.get(head.position(), start);
            String text = new String(start, StandardCharsets.ISO_8859_1);
            if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
                return Optional.of(ZIP);
            }
            if (text.startsWith("\u001F\u008B\b")) {
                return Optional.of(GZIP);
            }
            if (text.startsWith("ustar", 257) || name.endsWith(".tar")) {
                return Optional.of(TAR);
            }
            boolean other = text.startsWith("7z\u00BC\u00AF'\u001C")
                    || text.startsWith("\u00FD7zXZ\0")
                    || text.startsWith("BZh")
                    || text.startsWith("(\u00B5/\u00FD")
                    || text.startsWith("Rar!\u001A\7");
            return other ? Optional.of(OTHER) : Optional.empty();
        }
    }

    /**
     * An archive that is a file.
     *
     * @param label what it is called
     * @param prefix what its entries' names start with
     */
    Archive(String label, String prefix, ContextRoots roots, Intake intake) {
        this.label = label;
        this.prefix = prefix;
        this.roots = roots;
        this.intake = intake;
    }

    /** Takes in all entries. */
    void load(Path file, Format format) throws Unreadable, IOException, ContextException, InterruptedException {
        switch (format) {
            case ZIP -> loadZip(file);
            case GZIP -> loadGzip(file);
            case TAR -> {
                try (InputStream in = open(file)) {
                    loadTar(new UnpackedStream(in, () -> Long.MAX_VALUE, 1));
                }
            }
            case OTHER -> throw new Unreadable("is an archive of a kind that is not read");
        }
    }

    private void loadZip(Path file) throws IOException, ContextException, InterruptedException {
        try (OpeningChannel channel = reading(() -> new OpeningChannel(
                        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)),
                        ZIP_DIRECTORY_BYTES));
                ZipFile zip = reading(() -> ZipFile.builder()
                        .setSeekableByteChannel(channel)
                        .setIgnoreLocalFileHeader(true)
                        .get())) {
            channel.opened();
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                intake.look();
                if (!entry.isDirectory()) {
                    String name = prefix + Labels.relative(entry.getName());
                    String refusal = refusal(entry);
                    if (refusal == null) {
                        add(name, zip, entry);
                    } else {
                        intake.skip(name, refusal);
                    }
                }
            }
        }
    }

    private void add(String name, ZipFile zip, ZipArchiveEntry entry)
            throws IOException, ContextException, InterruptedException {
        try (UnpackedStream in = new UnpackedStream(
                reading(() -> zip.getInputStream(entry)),
                entry::getCompressedSize,
                intake.limits().archiveRatio())) {
            add(name, in);
            countUnpacked(in.count());
        }
    }

    private static @Nullable String refusal(ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return "is encrypted";
        }
        if (entry.isUnixSymlink()) {
            return "is a link";
        }
        boolean readable =
                entry.getMethod() == ZipMethod.STORED.getCode() || entry.getMethod() == ZipMethod.DEFLATED.getCode();
        return readable ? null : "is compressed in a way that is not read";
    }

    private void loadGzip(Path file) throws Unreadable, IOException, ContextException, InterruptedException {
        try (InputStream in = open(file);
                UnpackedStream packed = new UnpackedStream(in, () -> Long.MAX_VALUE, 1);
                InputStream gzip = reading(() -> new GZIPInputStream(packed, 1 << 16));
                UnpackedStream all =
                        new UnpackedStream(gzip, packed::count, intake.limits().archiveRatio())) {
            BufferedInputStream unpackedFile = new BufferedInputStream(all, 1 << 13);
            unpackedFile.mark(1 << 10);
            byte[] head = reading(() -> unpackedFile.readNBytes(1 << 10));
            unpackedFile.reset();
            String name = label.replaceFirst("(?i)\\.(gz|tgz)$", "");
            Optional<Format> inner = Format.of(ByteBuffer.wrap(head), name);
            if (inner.equals(Optional.of(Format.TAR)) || label.endsWith(".tgz")) {
                loadTar(new UnpackedStream(unpackedFile, () -> Long.MAX_VALUE, 1));
            } else {
                intake.add(prefix.isEmpty() ? name : prefix + name, unpackedFile);
            }
        }
    }

    private void loadTar(UnpackedStream in) throws IOException, ContextException, InterruptedException {
        TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
        for (Optional<TarArchiveEntry> entry = next(tar, in); entry.isPresent(); entry = next(tar, in)) {
            intake.look();
            if (!entry.get().isDirectory()) {
                addEntry(tar, entry.get());
            }
            drain(tar);
        }
    }

    private void addEntry(TarArchiveInputStream tar, TarArchiveEntry entry)
            throws IOException, ContextException, InterruptedException {
        String name = prefix + Labels.relative(entry.getName());
        if (entry.isSymbolicLink() || entry.isLink()) {
            intake.skip(name, "is a link");
        } else if (entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isSparse()) {
            intake.skip(name, "is not a regular file");
        } else {
            add(name, tar);
        }
    }

    private Optional<TarArchiveEntry> next(TarArchiveInputStream tar, UnpackedStream in)
            throws ContextException, InterruptedException {
        in.allow(TAR_HEADER_BYTES);
        Optional<TarArchiveEntry> entry = reading(() -> Optional.ofNullable(tar.getNextEntry()));
        in.allow(Long.MAX_VALUE);
        return entry;
    }

    /** Reads what is left of an entry, so that only headers lie between it and the next one. */
    private void drain(TarArchiveInputStream tar) throws ContextException, InterruptedException {
        byte[] unwanted = new byte[1 << 13];
        for (int read = 0; read >= 0; read = reading(() -> tar.read(unwanted))) {
            countUnpacked(read);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void add(String name, InputStream in) throws IOException, ContextException, InterruptedException {
        try {
            intake.add(name, in);
        } catch (Unreadable e) {
            intake.skip(name, e.reason());
        }
    }

    private void countUnpacked(long bytes) throws ContextException {
        unpacked += bytes;
        if (unpacked > intake.limits().unpackedBytes()) {
            throw intake.limits().tooMuchUnpacked(label);
        }
    }

    private InputStream open(Path file) throws Unreadable, ContextException, InterruptedException {
        try {
            return roots.open(file);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private interface Reading<T> {
        T get() throws IOException;
    }

    /** Reads from the archive, whose failures are not those of the store. A damaged archive can fail in any way. */
    private <T> T reading(Reading<T> reading) throws ContextException, InterruptedException {
        try {
            return reading.get();
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private ContextException damaged(Exception e) throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        if (e instanceof UnpackedStream.BombException bomb) {
            return new ContextException(
                    "The archive " + label + " cannot be loaded, for it " + bomb.reason()
                            + ": unpack it and load the folder.",
                    e);
        }
        return new ContextException(
                "The archive " + label + " is damaged or incomplete: make it again, or unpack it and load the folder.",
                e);
    }
}
