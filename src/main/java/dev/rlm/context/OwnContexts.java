package dev.rlm.context;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The contexts of one owner in a store that has those of many. Thread-safe. */
final class OwnContexts implements ContextStore {

    private final DurableContextStore all;
    private final String owner;

    OwnContexts(DurableContextStore all, String owner) {
        this.all = all;
        this.owner = owner;
    }

    @Override
    public Optional<Context> find(String id) throws ContextException {
        try {
            return all.find(id).filter(context -> context.owner().equals(owner));
        } catch (ContextException e) {
            if (e.getCause() instanceof Manifest.DamagedException damaged
                    && !damaged.owner().equals(owner)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<Context> list() throws ContextException {
        return all.list(owner);
    }

    @Override
    public boolean delete(String id) throws ContextException {
        return exists(id) && all.delete(id);
    }

    @Override
    public Path content(Context context, Document document) throws ContextException {
        requireOwn(context);
        return all.content(context, document);
    }

    @Override
    public ContentHold hold(Context context, Collection<Document> documents)
            throws ContextException, InterruptedException {
        requireOwn(context);
        return all.hold(context, documents);
    }

    /** Whether there is one of the owner with this id, which may be damaged. */
    private boolean exists(String id) throws ContextException {
        try {
            return find(id).isPresent();
        } catch (ContextException e) {
            if (e.getCause() instanceof Manifest.DamagedException) {
                return true;
            }
            throw e;
        }
    }

    private void requireOwn(Context context) throws ContextException {
        if (!context.owner().equals(owner)) {
            throw new ContextException("There is no context with the id '" + context.id() + "'.");
        }
    }
}
