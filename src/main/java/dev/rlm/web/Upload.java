package dev.rlm.web;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to take in a file, or a part of one.
 *
 * @param caller who sends it
 * @param name what the context is called; the ending tells kinds of archives that their bytes do not
 * @param part which part of the file comes
 * @param digest what the whole file must have as SHA-256, if that is said
 * @param key what makes a repeated upload the same, or null
 */
record Upload(
        String caller,
        String name,
        Part part,
        Optional<Digest> digest,
        @Nullable String key) {}
