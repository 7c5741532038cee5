package dev.rlm.engine;

import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;

/** Whoever sees what a root model writes in its turns; what it writes for the run is the same before any audience. */
@FunctionalInterface
public interface Audience {

    /** Nobody. The replies come whole. */
    Audience NOBODY = (model, request, turn) -> model.complete(request);

    /**
     * Has a root model reply.
     *
     * @param turn the turn of the reply, 0 for a direct answer
     * @return the whole reply
     */
    ModelReply complete(LanguageModel model, ModelRequest request, int turn)
            throws ModelException, InterruptedException;
}
