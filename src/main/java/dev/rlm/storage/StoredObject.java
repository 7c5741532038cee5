package dev.rlm.storage;

import java.time.Instant;

/**
 * What a store knows of an object without reading it.
 *
 * @param key its key
 * @param size how many bytes it has
 * @param modified when it was last put, by the clock of the store, to the second
 */
public record StoredObject(String key, long size, Instant modified) {}
