package dev.rlm.context;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keeps contexts. Thread-safe. */
public interface ContextStore {

    /**
     * The context with this id.
     *
     * @return empty if there is none, also for text that is no id at all
     * @throws ContextException if the store cannot be read
     */
    Optional<Context> find(String id) throws ContextException;

    /** All contexts, most recently created first. */
    List<Context> list() throws ContextException;

    /**
     * Deletes a context, and its documents' content unless another context has the same.
     *
     * @return whether there was one
     */
    boolean delete(String id) throws ContextException;

    /**
     * A local file that holds a document's text in UTF-8. It stays unchanged as long as a context with this document
     * exists.
     */
    Path content(Document document) throws ContextException;
}
