package dev.rlm.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question that the code of a cell asks a child, which has a REPL of its own with a context of its own.
 *
 * @param text what is asked
 * @param context what the child's REPL gets as its context
 * @param about what the child is told of the context; said by the code and not to be trusted
 * @param schema the JSON Schema that the answer must fit, or null if it may be anything; not to be trusted either
 */
public record ChildQuestion(
        String text,
        ChildContext context,
        ContextFacts about,
        @Nullable String schema) {

    /** A question whose answer may be anything. */
    public ChildQuestion(String text, ChildContext context, ContextFacts about) {
        this(text, context, about, null);
    }

    /** What is known about a context without reading it: its size, its first documents, and how it starts. */
    public record ContextFacts(long characters, int documents, List<DocumentFacts> first, String preview) {
        public ContextFacts {
            first = List.copyOf(first);
        }
    }

    /** A document: its name and its size. */
    public record DocumentFacts(String name, long characters, long lines) {}

    /**
     * A text that is the same for equal questions over equal contexts, and never the same as that of others. It is not
     * that of any prompt of a sub-call either, but for one made to be.
     */
    public String identity() {
        StringBuilder identity = new StringBuilder();
        if (schema != null) {
            identity.append("typed ").append(schema).append('\0');
        }
        identity.append("child question\0").append(text);
        switch (context) {
            case ChildContext.Slices(var slices) ->
                slices.forEach(slice ->
                        identity.append('\0').append(slice.start()).append('-').append(slice.end()));
            case ChildContext.Texts(var texts) ->
                texts.forEach(each -> identity.append("\0text ")
                        .append(each.name().length())
                        .append(' ')
                        .append(each.text().length())
                        .append(' ')
                        .append(each.name())
                        .append(each.text()));
        }
        return identity.toString();
    }
}
