package dev.rlm.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the objects that were asked for.
 *
 * @param objects in the order of their keys
 * @param next what to list after for the next page, or null if this is the last
 */
public record ObjectPage(
        List<StoredObject> objects, @Nullable String next) {

    public ObjectPage {
        objects = List.copyOf(objects);
    }
}
