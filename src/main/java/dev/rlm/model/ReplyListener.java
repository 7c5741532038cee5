package dev.rlm.model;

/**
 * Hears a model's reply while the model writes it: pieces of text and of tool calls, in order. What is heard is no record;
 * the reply that the call returns is whole, and the same as if nobody had listened.
 *
 * <p>Called by one thread at a time, which is not the one that waits for the reply and which the reply waits for: a
 * listener returns at once and throws nothing.
 */
public interface ReplyListener {

    /** The reply's text goes on with this piece. */
    void text(String piece);

    /** A call of this tool begins. */
    void toolCall(String name);

    /** The arguments of the latest tool call, which are JSON, go on with this piece. */
    void arguments(String piece);

    /** What was heard so far counts no more: the attempt has failed, and another may begin the reply anew. */
    void withdrawn();
}
