package dev.rlm.pdf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What reading PDFs may take.
 *
 * @param readers how many PDFs are read at a time, each by a process
 * @param heapBytes the heap of such a process; one takes up to some 250 MiB beside it
 * @param pageTime how long a page may take, as text or as image; opening a PDF may take four times as long
 * @param fileTime how long a PDF may take altogether
 * @param images how many pages of a PDF become images
 * @param cacheFolder where it is kept which fonts this machine has; empty for the folder of temporary files
 */
public record PdfSettings(
        int readers, long heapBytes, Duration pageTime, Duration fileTime, int images, Optional<Path> cacheFolder) {

    /** With less, PDFBox fails on ordinary pages. */
    public static final long LEAST_HEAP_BYTES = 64L << 20;

    /** 2 at a time, 512 MiB, 30 s for a page, 10 minutes for a PDF, 100 images. */
    public static final PdfSettings DEFAULT =
            new PdfSettings(2, 512L << 20, Duration.ofSeconds(30), Duration.ofMinutes(10), 100, Optional.empty());

    /** @throws IllegalArgumentException if a value is out of its range; the message is a sentence */
    public PdfSettings {
        if (readers < 1) {
            throw new IllegalArgumentException("At least 1 PDF must be read at a time, not " + readers + ".");
        }
        if (heapBytes < LEAST_HEAP_BYTES) {
            throw new IllegalArgumentException("Reading a PDF takes at least 64 MiB of memory.");
        }
        if (!pageTime.isPositive() || !fileTime.isPositive()) {
            throw new IllegalArgumentException("The time for a PDF and for a page must be positive.");
        }
        if (images < 0) {
            throw new IllegalArgumentException("The number of pages that become images must be at least 0.");
        }
    }
}
