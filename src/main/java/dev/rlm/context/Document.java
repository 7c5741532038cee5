package dev.rlm.context;

import org.jspecify.annotations.Nullable;

/**
 * One text or image of a context.
 *
 * @param name its name within the context: a relative path with forward slashes, or a name given by the caller
 * @param sha256 the SHA-256 of its text in UTF-8 or of the image, in lower-case hex; the address of its content in the store
 * @param bytes its size: that of the text in UTF-8, or of the image
 * @param characters its length in UTF-16 units; 0 for an image
 * @param lines how many lines it has; 0 for an image
 * @param mediaType the media type of an image, such as {@code image/png}; null for a text
 */
public record Document(
        String name,
        String sha256,
        long bytes,
        long characters,
        long lines,
        @Nullable String mediaType) {

    /** A text. */
    public Document(String name, String sha256, long bytes, long characters, long lines) {
        this(name, sha256, bytes, characters, lines, null);
    }

    /** Whether it is an image: it has no text then. */
    public boolean isImage() {
        return mediaType != null;
    }
}
