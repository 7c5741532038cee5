package dev.rlm.sandbox;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document that a REPL holds.
 *
 * @param name its name within the context, such as a relative path
 * @param file a local file with its text in UTF-8, or with the image, which the sandbox never reads; not changed while a
 *     sandbox uses it
 * @param characters its length in UTF-16 units; 0 for an image
 * @param mediaType the media type of an image; null for a text
 */
public record SandboxDocument(
        String name, Path file, long characters, @Nullable String mediaType) {

    /** A text. */
    public SandboxDocument(String name, Path file, long characters) {
        this(name, file, characters, null);
    }
}
