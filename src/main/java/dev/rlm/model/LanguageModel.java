package dev.rlm.model;

/**
 * A language model: one blocking call from a conversation to a reply.
 *
 * <p>Implementations are thread-safe, hold no conversation state, and react to {@link Thread#interrupt} by giving up the
 * provider request promptly.
 */
public interface LanguageModel {

    /** The model's id as users write it, {@code provider:name}, such as {@code bedrock:us.amazon.nova-pro-v1:0}. */
    ModelId id();

    /**
     * Completes a conversation.
     *
     * @param request the conversation and the limits of this call
     * @return the model's reply with the provider's usage
     * @throws ModelException if the provider refused, failed or did not answer in time
     * @throws InterruptedException if the calling thread was interrupted; the request was abandoned
     */
    ModelReply complete(ModelRequest request) throws ModelException, InterruptedException;

    /**
     * Completes a conversation as {@link #complete(ModelRequest)} does, and lets its reply be heard while it is written. A
     * model that cannot do that lets nothing be heard.
     *
     * @param listener hears the pieces of the reply; of a call that was given up perhaps a moment longer than it lasts
     */
    default ModelReply complete(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        return complete(request);
    }
}
