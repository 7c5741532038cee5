package dev.rlm.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A worker's operating system process: confined, and with nothing of the server's environment. */
final class WorkerProcess {
    /** What {@code -XX:+ExitOnOutOfMemoryError} exits with; launchers hand it on. */
    private static final int OUT_OF_MEMORY = 3;

    private final Process process;
    private final AtomicBoolean killed = new AtomicBoolean();

    private WorkerProcess(Process process) {
        this.process = process;
    }

    /** Starts a worker with this command, confined. */
    static WorkerProcess start(
            ProcessStarter starter, Confinement confinement, List<String> command, Optional<Path> log)
            throws IOException, InterruptedException {
        // A folder of its own would stay behind when server and worker are killed.
        ProcessBuilder builder = new ProcessBuilder(confinement.line(command)).directory(new File("/"));
        Map<String, String> environment = builder.environment();
        environment.clear();
        // Else a JVM cannot open files with names beyond ASCII.
        environment.put("LC_ALL", "C.UTF-8");
        builder.redirectError(log.map(Path::toFile).map(Redirect::appendTo).orElse(Redirect.DISCARD));
        return new WorkerProcess(starter.start(builder));
    }

    InputStream output() {
        return process.getInputStream();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Why a process that was not killed by us has ended. */
    String reasonOfEnd() {
        try {
            if (process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == OUT_OF_MEMORY) {
                return "its memory was exhausted";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "its process died";
    }

    /** Kills the process, and all those within its namespaces with it; waits a little for its end. */
    void kill() {
        // From within, so that the launcher collects its child: not everywhere does somebody else collect orphans.
        List<ProcessHandle> inside = process.children().toList();
        inside.forEach(ProcessHandle::destroyForcibly);
        if (!inside.isEmpty()) {
            awaitEnd(500);
        }
        process.destroyForcibly();
        awaitEnd(1_000);
        if (!killed.getAndSet(true)) {
            killGroup();
        }
    }

    /** Waits also where the thread is interrupted already: what follows must not come too early. */
    private void awaitEnd(long millis) {
        boolean interrupted = Thread.interrupted();
        try {
            var _ = process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A launcher that is killed while it sets namespaces up leaves a child that would wait for it for ever. */
    private void killGroup() {
        try {
            var _ = new ProcessBuilder("/bin/sh", "-c", "kill -s KILL -- -" + process.pid())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // Without a shell there is no launcher that makes a group either.
        }
    }
}
