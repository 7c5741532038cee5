package dev.rlm.context;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps contexts: those of one owner, or all. Thread-safe. */
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
     * A local file that holds a document's text in UTF-8. It is there and unchanged while the document's content is
     * {@linkplain #hold held} and the context exists.
     *
     * @throws ContextException if the text is gone or damaged, or cannot be fetched
     */
    Path content(Context context, Document document) throws ContextException;

    /**
     * Has the content of a context's documents at hand until the hold is closed, fetching what is elsewhere.
     *
     * @throws ContextException if content cannot be fetched
     */
    default ContentHold hold(Context context, Collection<Document> documents)
            throws ContextException, InterruptedException {
        return () -> {};
    }
}
