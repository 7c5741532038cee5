package dev.rlm.sandbox;

import java.nio.file.Path;

/**
 * A document that a REPL holds.
 *
 * @param name its name within the context, such as a relative path
 * @param file a local file with its text in UTF-8; not changed while a sandbox uses it
 * @param characters its length in UTF-16 units
 */
public record SandboxDocument(String name, Path file, long characters) {}
