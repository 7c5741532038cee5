package dev.rlm.context;

/**
 * One text of a context.
 *
 * @param name its name within the context: a relative path with forward slashes, or a name given by the caller
 * @param sha256 the SHA-256 of its text in UTF-8, in lower-case hex; the address of its content in the store
 * @param bytes its size in UTF-8
 * @param characters its length in UTF-16 units
 * @param lines how many lines it has
 */
public record Document(String name, String sha256, long bytes, long characters, long lines) {}
