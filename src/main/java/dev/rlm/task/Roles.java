package dev.rlm.task;

import dev.rlm.engine.Role;
import dev.rlm.model.ClientModels;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;

/** Gives models their roles. */
@FunctionalInterface
public interface Roles {

    /**
     * The model with this id, and what is known about it.
     *
     * @throws ModelException if its provider is unknown or not configured
     */
    Role of(ModelId id) throws ModelException;

    /**
     * The model with this id, which a client lends.
     *
     * @throws ModelException if its provider is unknown or not configured
     */
    default Role of(ModelId id, ClientModels lent) throws ModelException {
        return of(id).with(lent.model(id));
    }
}
