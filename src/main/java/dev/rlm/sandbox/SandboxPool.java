package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Hands out REPLs, each in a worker process of its own that serves one task and is then ended. Some workers are started
 * before they are needed. Thread-safe.
 */
public final class SandboxPool implements AutoCloseable {
    private static final long MOST_CHARACTERS = 1_000_000_000;

    private final SandboxSettings settings;
    private final WorkerCommand command;
    private final Deque<CompletableFuture<Sandbox>> spares = new ArrayDeque<>();
    private final Set<Sandbox> living = new HashSet<>();
    private boolean closed;

    /** A pool whose warm workers start right away, in the background. */
    public SandboxPool(SandboxSettings settings, WorkerCommand command) {
        this.settings = settings;
        this.command = command;
        for (int i = 0; i < settings.warmWorkers(); i++) {
            addSpare();
        }
    }

    /**
     * A REPL whose context is the documents' text, in their order; several are joined with a header line each.
     *
     * @throws SandboxException if the documents are too large for a sandbox or cannot be read, or no worker can be had
     */
    public Repl open(List<SandboxDocument> documents) throws SandboxException, InterruptedException {
        return open(documents, 0);
    }

    /**
     * A REPL as of {@link #open(List)}, in which {@code random}, {@code uuid} and everything else that is left to chance
     * derives from a seed: REPLs with equal seeds, documents, cells and replies do the same.
     *
     * @throws SandboxException if the documents are too large for a sandbox or cannot be read, or no worker can be had
     */
    public Repl open(List<SandboxDocument> documents, long seed) throws SandboxException, InterruptedException {
        List<SandboxDocument> fixed = List.copyOf(documents);
        TaskRepl.Workers workers = new TaskRepl.Workers() {
            @Override
            public Sandbox take() throws SandboxException, InterruptedException {
                return SandboxPool.this.take(fixed);
            }

            @Override
            public void release(Sandbox sandbox) {
                SandboxPool.this.release(sandbox);
            }
        };
        return new TaskRepl(workers, settings.grace(), seed);
    }

    /** Ends all workers, those that were handed out too. Idempotent. */
    @Override
    public void close() {
        List<Sandbox> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(living);
            living.clear();
            spares.clear();
        }
        ending.forEach(Sandbox::close);
    }

    /** A worker that holds the documents. */
    Sandbox take(List<SandboxDocument> documents) throws SandboxException, InterruptedException {
        long heap = heapFor(documents);
        Sandbox sandbox = heap <= settings.heapBytes() ? warm() : start(heap);
        try {
            sandbox.open(documents, settings.startTimeout());
            return sandbox;
        } catch (SandboxException | InterruptedException e) {
            release(sandbox);
            throw e;
        }
    }

    /** Ends a worker that was taken. */
    void release(Sandbox sandbox) {
        synchronized (this) {
            living.remove(sandbox);
        }
        sandbox.close();
    }

    private Sandbox warm() throws SandboxException, InterruptedException {
        CompletableFuture<Sandbox> spare;
        synchronized (this) {
            spare = spares.poll();
            if (spare != null) {
                addSpare();
            }
        }
        if (spare == null) {
            return start(settings.heapBytes());
        }
        try {
            Sandbox sandbox = spare.get();
            if (sandbox.alive()) {
                return sandbox;
            }
            release(sandbox);
        } catch (ExecutionException e) {
            // That it failed once does not mean that it fails again; if so, the second failure is told.
        } catch (InterruptedException e) {
            var _ = spare.thenAccept(this::release);
            throw e;
        }
        return start(settings.heapBytes());
    }

    private synchronized void addSpare() {
        if (closed) {
            return;
        }
        CompletableFuture<Sandbox> spare = new CompletableFuture<>();
        spares.add(spare);
        Thread.ofVirtual().name("sandbox-start").start(() -> {
            try {
                spare.complete(start(settings.heapBytes()));
            } catch (SandboxException | InterruptedException | RuntimeException e) {
                spare.completeExceptionally(e);
            }
        });
    }

    private Sandbox start(long heapBytes) throws SandboxException, InterruptedException {
        Sandbox sandbox = Sandbox.start(command.line(heapBytes), settings);
        synchronized (this) {
            if (!closed) {
                living.add(sandbox);
            }
        }
        if (isClosed()) {
            sandbox.close();
            throw new SandboxException("The sandboxes are closed: the server is shutting down.");
        }
        try {
            sandbox.awaitReady(settings.startTimeout());
            return sandbox;
        } catch (SandboxException | InterruptedException e) {
            release(sandbox);
            throw e;
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** What the documents need: file bytes and text at once, and room for the lists and slices that cells make of them. */
    private static long heapFor(List<SandboxDocument> documents) throws SandboxException {
        long characters = 0;
        long bytes = 0;
        for (SandboxDocument document : documents) {
            characters += document.characters();
            try {
                bytes += Files.size(document.file());
            } catch (IOException e) {
                throw new SandboxException("The document " + document.name() + " cannot be read.", e);
            }
        }
        if (characters > MOST_CHARACTERS || bytes > 4 * MOST_CHARACTERS) {
            throw new SandboxException(
                    "The documents have " + characters + " characters together and a sandbox holds at most "
                            + MOST_CHARACTERS + ": ask about fewer of them.");
        }
        boolean ascii = bytes == characters;
        // Text beyond the basic plane takes two bytes a character in Java and four a code point in Python.
        long text = ascii ? 4 * bytes : bytes + 8 * characters;
        return text + (512L << 20);
    }
}
