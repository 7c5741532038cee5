package dev.rlm.sandbox;

import dev.rlm.sandbox.WorkerMemory.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands out REPLs, each in a worker process of its own that serves one task and is then ended. Some workers are started
 * before they are needed. All workers together keep to the memory that there is: a task whose worker has no room waits
 * for it, and workers that nobody uses yet are ended to make room. Thread-safe.
 */
public final class SandboxPool implements AutoCloseable {
    private static final long MOST_CHARACTERS = 1_000_000_000;

    private final SandboxSettings settings;
    private final WorkerCommand command;
    private final Confinement confinement;
    private final WorkerMemory memory;
    private final ProcessStarter starter = new ProcessStarter();
    private final Deque<Spare> spares = new ArrayDeque<>();
    private final Map<Sandbox, Lease> living = new HashMap<>();
    private boolean closed;

    /** A worker that is started before it is needed. Its fields belong to the pool's monitor. */
    private static final class Spare {
        final CompletableFuture<Sandbox> ready = new CompletableFuture<>();

        @Nullable
        Sandbox started;

        boolean unwanted;
    }

    /**
     * A pool whose warm workers start right away, in the background.
     *
     * @throws IllegalArgumentException if the settings require an isolation that does not work here; the message says why
     */
    public SandboxPool(SandboxSettings settings, WorkerCommand command) {
        this(
                settings,
                command,
                Confinement.choose(settings, command, Tools.ofThisMachine()),
                HostMemory.ofThisMachine());
    }

    SandboxPool(SandboxSettings settings, WorkerCommand command, Confinement confinement, HostMemory host) {
        this.settings = settings;
        this.command = command;
        this.confinement = confinement;
        long one = WorkerMemory.charge(settings.heapBytes());
        this.memory = new WorkerMemory(settings.memoryBytes().orElseGet(() -> host.forWorkers(one)), this::endSpare);
        addSpares();
    }

    /** How workers are confined on this machine. */
    public Confinement confinement() {
        return confinement;
    }

    /**
     * A REPL whose context is the documents' text, in their order; several are joined with a header line each. Waits
     * while other tasks have the memory.
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
        return open(documents, seed, List.of());
    }

    /**
     * A REPL as of {@link #open(List, long)} that has run cells in an earlier process. They run again, with the replies,
     * clocks and chance that they had, when the REPL is first needed.
     *
     * @param past all cells of the REPL in order, those too that were killed
     * @throws SandboxException if the documents are too large for a sandbox or cannot be read, or no worker can be had
     */
    public Repl open(List<SandboxDocument> documents, long seed, List<PastCell> past)
            throws SandboxException, InterruptedException {
        return open(documents, seed, past, List.of());
    }

    /**
     * A REPL as of {@link #open(List, long, List)} whose cells, and those of its children, may call functions.
     *
     * @param functions the functions, the same as when the cells of the past ran
     * @throws SandboxException if the documents are too large for a sandbox or cannot be read, or no worker can be had
     */
    public Repl open(List<SandboxDocument> documents, long seed, List<PastCell> past, List<OfferedFunction> functions)
            throws SandboxException, InterruptedException {
        List<SandboxDocument> fixed = List.copyOf(documents);
        List<OfferedFunction> offered = List.copyOf(functions);
        TaskRepl.Workers workers = new TaskRepl.Workers() {
            @Override
            public Sandbox take() throws SandboxException, InterruptedException {
                return SandboxPool.this.take(fixed, offered);
            }

            @Override
            public void release(Sandbox sandbox) {
                SandboxPool.this.release(sandbox);
            }
        };
        return new TaskRepl(workers, settings.grace(), seed, past);
    }

    /** Ends all workers, those that were handed out too. Idempotent. */
    @Override
    public void close() {
        List<Sandbox> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(living.keySet());
            living.clear();
            spares.clear();
        }
        memory.close();
        ending.forEach(Sandbox::close);
        starter.close();
    }

    /** A worker that holds the documents and offers the functions. */
    private Sandbox take(List<SandboxDocument> documents, List<OfferedFunction> functions)
            throws SandboxException, InterruptedException {
        long heap = heapFor(documents);
        try {
            return opened(heap <= settings.heapBytes() ? warm() : start(heap), documents, functions);
        } finally {
            // Only now, so that the start of the next worker does not keep this one from its documents.
            addSpares();
        }
    }

    private Sandbox opened(Sandbox sandbox, List<SandboxDocument> documents, List<OfferedFunction> functions)
            throws SandboxException, InterruptedException {
        try {
            if (!functions.isEmpty()) {
                sandbox.send(OfferedFunction.frame(functions));
            }
            long _ = sandbox.root().open(documents, settings.startTimeout());
            return sandbox;
        } catch (SandboxException | InterruptedException e) {
            release(sandbox);
            throw e;
        }
    }

    /** Ends a worker that was taken. */
    void release(Sandbox sandbox) {
        end(sandbox);
        addSpares();
    }

    private void end(Sandbox sandbox) {
        Lease lease;
        synchronized (this) {
            lease = living.remove(sandbox);
        }
        sandbox.close();
        if (lease != null) {
            lease.release();
        }
    }

    private Sandbox warm() throws SandboxException, InterruptedException {
        Spare spare;
        synchronized (this) {
            spare = spares.poll();
        }
        if (spare == null) {
            return start(settings.heapBytes());
        }
        try {
            Sandbox sandbox = spare.ready.get();
            if (sandbox.alive()) {
                return sandbox;
            }
            end(sandbox);
        } catch (ExecutionException e) {
            // That it failed once does not mean that it fails again; if so, the second failure is told.
        } catch (InterruptedException e) {
            unwanted(spare);
            throw e;
        }
        return start(settings.heapBytes());
    }

    private Sandbox start(long heapBytes) throws SandboxException, InterruptedException {
        return start(heapBytes, memory.take(WorkerMemory.charge(heapBytes)), null);
    }

    /** Starts as many warm workers as are missing and as there is room for. */
    private void addSpares() {
        while (addSpare()) {
            // One more may be missing.
        }
    }

    private boolean addSpare() {
        Spare spare = new Spare();
        Lease lease;
        synchronized (this) {
            if (closed || spares.size() >= settings.warmWorkers()) {
                return false;
            }
            Optional<Lease> free = memory.takeIfFree(WorkerMemory.charge(settings.heapBytes()));
            if (free.isEmpty()) {
                return false;
            }
            lease = free.get();
            spares.add(spare);
        }
        Thread.ofVirtual().name("sandbox-start").start(() -> {
            try {
                spare.ready.complete(start(settings.heapBytes(), lease, spare));
            } catch (SandboxException | InterruptedException | RuntimeException e) {
                spare.ready.completeExceptionally(e);
            }
        });
        return true;
    }

    /** Ends a warm worker so that a task has room; false if there is none. */
    private boolean endSpare() {
        Spare spare;
        synchronized (this) {
            spare = spares.pollLast();
        }
        if (spare == null) {
            return false;
        }
        unwanted(spare);
        return true;
    }

    private void unwanted(Spare spare) {
        Sandbox started;
        synchronized (this) {
            spare.unwanted = true;
            started = spare.started;
        }
        if (started != null) {
            end(started);
        }
    }

    /** Starts a worker in memory that was taken for it, and gives that back if the start fails. */
    private Sandbox start(long heapBytes, Lease lease, @Nullable Spare spare)
            throws SandboxException, InterruptedException {
        Sandbox sandbox;
        try {
            command.prepare();
            sandbox = Sandbox.of(
                    WorkerProcess.start(starter, confinement, command.line(heapBytes), settings.workerLog()));
        } catch (IOException e) {
            lease.release();
            throw new SandboxException("A sandbox process could not be started: " + e.getMessage(), e);
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            lease.release();
            throw e;
        }
        boolean wanted;
        synchronized (this) {
            living.put(sandbox, lease);
            wanted = !closed && (spare == null || !spare.unwanted);
            if (spare != null) {
                spare.started = sandbox;
            }
        }
        if (!wanted) {
            end(sandbox);
            throw new SandboxException("The sandboxes are closed: the server is shutting down.");
        }
        try {
            sandbox.awaitReady(settings.startTimeout());
            return sandbox;
        } catch (SandboxException | InterruptedException e) {
            end(sandbox);
            throw e;
        }
    }

    /** What the documents need: file bytes and text at once, and room for the lists and slices that cells make of them. */
    private static long heapFor(List<SandboxDocument> documents) throws SandboxException {
        long characters = 0;
        long bytes = 0;
        for (SandboxDocument document : documents) {
            if (document.mediaType() != null) {
                continue;
            }
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
