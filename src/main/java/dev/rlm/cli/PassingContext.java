package dev.rlm.cli;

import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextStore;
import dev.rlm.context.PdfPages;
import dev.rlm.context.Source;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A context that lives as long as one command, also if the command is ended from outside. */
final class PassingContext implements AutoCloseable {

    private final ContextStore store;
    private final Context context;
    private final AtomicBoolean closed = new AtomicBoolean();

    private PassingContext(ContextStore store, Context context) {
        this.store = store;
        this.context = context;
    }

    static PassingContext load(Application application, List<Source> sources, PdfPages pages)
            throws CommandException, InterruptedException {
        PassingContext loaded = loadUnwatched(application, sources, pages);
        Runtime.getRuntime().addShutdownHook(new Thread(loaded::close));
        return loaded;
    }

    /** Loads a context that its caller closes also if the command is ended from outside. */
    static PassingContext loadUnwatched(Application application, List<Source> sources, PdfPages pages)
            throws CommandException, InterruptedException {
        try {
            return new PassingContext(
                    application.store(), application.loader().load(Context.LOCAL, null, sources, null, pages));
        } catch (ContextException e) {
            throw new CommandException(Command.BAD_INPUT, e.getMessage());
        }
    }

    Context context() {
        return context;
    }

    /** Whether it is deleted or about to be: while its command runs, only if that is ended from outside. */
    boolean isClosed() {
        return closed.get();
    }

    /** Deletes the context. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            store.delete(context.id());
        } catch (ContextException e) {
            Terminal.note("rlm: the context could not be deleted: " + e.getMessage());
        }
    }
}
