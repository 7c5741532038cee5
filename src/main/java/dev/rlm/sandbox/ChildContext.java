package dev.rlm.sandbox;

import java.util.List;

/** What a child REPL gets as its context. */
public sealed interface ChildContext {

    /**
     * Parts of the context of the parent's REPL, which are not sent to it again. A single one shares the parent's text and
     * takes hardly any memory; several are copied and joined with a header line each. The documents of which they hold
     * something are the child's documents.
     */
    record Slices(List<Slice> slices) implements ChildContext {}

    /** Texts of their own, which are sent; several are joined with a header line each. */
    record Texts(List<Text> texts) implements ChildContext {}

    /**
     * A part of a context, in characters as Python counts them: code points.
     *
     * @param start where it begins, from 0
     * @param end where it ends: the first character after it, at most the context's length
     */
    record Slice(long start, long end) {}

    /** A document: its name and its text. */
    record Text(String name, String text) {}
}
