package dev.rlm.context;

/**
 * A part of a document.
 *
 * @param document the document's name
 * @param text the part, with its line breaks
 * @param start where it starts in the document, in UTF-16 units
 * @param end where it ends, exclusive; reading on from here gives what follows
 * @param firstLine the number of the line it starts in, from 1
 * @param lastLine the number of the line its last character is in
 * @param more whether the document goes on after it
 */
public record Slice(String document, String text, long start, long end, long firstLine, long lastLine, boolean more) {}
