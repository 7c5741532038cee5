package dev.rlm.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands out {@link FakeWorker}s and remembers how many. */
final class FakeWorkers implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofMillis(500);

    final List<Sandbox> started = new CopyOnWriteArrayList<>();

    TestRepl repl() throws Exception {
        return repl(List.of());
    }

    TestRepl repl(List<SandboxDocument> documents) throws Exception {
        return repl(documents, 0);
    }

    TestRepl repl(List<SandboxDocument> documents, long seed) throws Exception {
        TaskRepl.Workers workers = new TaskRepl.Workers() {
            @Override
            public Sandbox take() throws SandboxException, InterruptedException {
                Sandbox sandbox = start();
                sandbox.open(documents, START);
                return sandbox;
            }

            @Override
            public void release(Sandbox sandbox) {
                sandbox.close();
            }
        };
        return new TestRepl(new TaskRepl(workers, GRACE, seed));
    }

    Sandbox start(String... arguments) throws SandboxException, InterruptedException {
        Sandbox sandbox = Sandbox.start(FakeWorker.command(arguments), SandboxSettings.defaults());
        started.add(sandbox);
        sandbox.awaitReady(START);
        return sandbox;
    }

    @Override
    public void close() {
        started.forEach(Sandbox::close);
    }
}
