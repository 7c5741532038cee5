package dev.rlm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image that goes with a message.
 *
 * @param mediaType its media type: {@code image/png}, {@code image/jpeg}, {@code image/webp} or {@code image/gif}
 * @param file a local file with its content
 */
public record Image(String mediaType, Path file) {

    /** Its format as providers name it, such as {@code png}. */
    public String format() {
        return mediaType.substring(mediaType.indexOf('/') + 1);
    }

    /** Its content. */
    public byte[] content() throws ModelException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.REFUSED, "An image of the context cannot be read any more.");
        }
    }
}
