package dev.rlm.context;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/** Where documents of a context come from. */
public sealed interface Source {

    /**
     * Text given as it is: one document.
     *
     * @param name the document's name
     * @param text its text; a lone surrogate in it becomes U+FFFD
     */
    record Text(String name, String text) implements Source {
        @Override
        public String toString() {
            return "Text[name=" + name + ", characters=" + text.length() + "]";
        }
    }

    /**
     * A text file, a folder, or an archive (zip, tar, tar.gz, gz) on this machine.
     *
     * @param path absolute, or relative to the working directory
     */
    record OnDisk(String path) implements Source {}

    /**
     * A text file, an image or an archive that a client has sent, which lies in a file of the program's own.
     *
     * @param name what the client calls it
     * @param file where it lies
     */
    record Received(String name, Path file) implements Source {
        /** The folder that it lies in. */
        Path folder() {
            return Objects.requireNonNull(file.toAbsolutePath().getParent(), "A file lies in a folder.");
        }
    }

    /**
     * A text file, an image, a PDF or an archive behind an https address.
     *
     * @param url the address, which the server must allow
     */
    record Url(String url) implements Source {}

    /**
     * Objects in S3: one that is what a file behind an https address may be, or all below a prefix, as a folder.
     *
     * @param address {@code s3://BUCKET/KEY}, or with a slash at its end for all objects below it; the server must allow it
     */
    record InS3(String address) implements Source {}

    /** What is behind an address, or at a path if it is no address. */
    static Source at(String place) {
        boolean https = place.regionMatches(true, 0, "https://", 0, "https://".length());
        return https || S3Address.isMeant(place) ? ofAddress(place) : new OnDisk(place);
    }

    /** What is behind an address; what is none is refused when it is loaded. */
    static Source ofAddress(String address) {
        return S3Address.isMeant(address) ? new InS3(address) : new Url(address);
    }

    /**
     * Bytes read to their end: one document. Who gives the stream closes it.
     *
     * @param name the document's name
     * @param bytes its text in any encoding that is told from its bytes
     */
    record Stream(String name, InputStream bytes) implements Source {}
}
