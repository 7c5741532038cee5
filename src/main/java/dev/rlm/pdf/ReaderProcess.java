package dev.rlm.pdf;

import dev.rlm.pdf.protocol.Reply;
import dev.rlm.pdf.protocol.Request;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that reads PDFs; it has nothing of this one's environment. Not thread-safe. */
final class ReaderProcess implements AutoCloseable {
    /** What {@code -XX:+ExitOnOutOfMemoryError} exits with. */
    private static final int OUT_OF_MEMORY = 3;

    private final Process process;

    /** Reading from a pipe holds the carrier of a virtual thread. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pdf-replies").factory());

    private final DataInputStream replies;
    private final DataOutputStream requests;

    private ReaderProcess(Process process) {
        this.process = process;
        this.replies = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        this.requests = new DataOutputStream(process.getOutputStream());
    }

    static ReaderProcess start(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        // Else a JVM cannot open files with names beyond ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        return new ReaderProcess(builder.start());
    }

    /** How a process can be lost. */
    enum Loss {
        /** It did not reply in time. */
        TIME,
        /** It ran out of memory. */
        MEMORY,
        /** It ended for another reason, or said what it should not. */
        OTHER
    }

    /** The process is of no use any more, and was killed. */
    static final class LostException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Loss how;

        LostException(Loss how) {
            super("The process was lost.", null, false, false);
            this.how = how;
        }

        Loss how() {
            return how;
        }
    }

    /** Asks, and waits so long for the reply. */
    Reply ask(Request request, Duration limit) throws LostException, InterruptedException {
        Future<Reply> exchange = thread.submit(() -> {
            request.writeTo(requests);
            return Reply.readFrom(replies);
        });
        boolean replied = false;
        try {
            Reply reply = exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            replied = true;
            return reply;
        } catch (TimeoutException _) {
            throw new LostException(Loss.TIME);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException) {
                throw new LostException(ranOutOfMemory() ? Loss.MEMORY : Loss.OTHER);
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (!replied) {
                close();
            }
        }
    }

    private boolean ranOutOfMemory() throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == OUT_OF_MEMORY;
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
        thread.shutdown();
    }
}
