package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands out {@link FakeWorker}s and remembers how many. */
final class FakeWorkers implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);

    /** Far beyond what a cell takes to stop that is to stop, however slow the machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** For cells that do not stop. */
    private static final Duration IMPATIENCE = Duration.ofSeconds(1);

    private static final Confinement UNCONFINED =
            new Confinement(new Plain(List.of()), "", new View(List.of(), Map.of()), Path.of("/nowhere"), List.of());

    private final ProcessStarter starter = new ProcessStarter();
    final List<Sandbox> started = new CopyOnWriteArrayList<>();
    private Duration grace = PATIENCE;

    /** Lets cells that do not stop be killed soon, in the REPLs that are opened from now on. */
    FakeWorkers impatient() {
        grace = IMPATIENCE;
        return this;
    }

    TestRepl repl() throws Exception {
        return repl(List.of());
    }

    TestRepl repl(List<SandboxDocument> documents) throws Exception {
        return repl(documents, 0);
    }

    TestRepl repl(List<SandboxDocument> documents, long seed) throws Exception {
        return repl(documents, seed, List.of());
    }

    TestRepl repl(List<SandboxDocument> documents, long seed, List<PastCell> past) throws Exception {
        TaskRepl.Workers workers = new TaskRepl.Workers() {
            @Override
            public Sandbox take() throws SandboxException, InterruptedException {
                Sandbox sandbox = start();
                long _ = sandbox.root().open(documents, START);
                return sandbox;
            }

            @Override
            public void release(Sandbox sandbox) {
                sandbox.close();
            }
        };
        return new TestRepl(new TaskRepl(workers, grace, seed, past));
    }

    Sandbox start(String... arguments) throws SandboxException, InterruptedException {
        Sandbox sandbox;
        try {
            sandbox = Sandbox.of(
                    WorkerProcess.start(starter, UNCONFINED, FakeWorker.command(arguments), Optional.empty()));
        } catch (IOException e) {
            throw new SandboxException("The fake worker could not be started.", e);
        }
        started.add(sandbox);
        sandbox.awaitReady(START);
        return sandbox;
    }

    @Override
    public void close() {
        started.forEach(Sandbox::close);
        starter.close();
    }
}
