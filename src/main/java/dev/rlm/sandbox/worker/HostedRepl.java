package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A REPL with the thread that does, one at a time, what the server asks of it. All methods but {@link #isAsked} are for the
 * thread that reads from the server.
 */
final class HostedRepl {
    private static final String TOO_LONG = "ValueError: The value is too long to be handed over: hand over less.";

    private final int number;
    private final FrameWriter out;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /** The documents that are coming in. */
    private @Nullable IncomingDocuments incoming;

    /** The run that was asked for last. */
    private long lastRun;

    private volatile @Nullable PythonRepl repl;

    /** What the thread is asked to do. */
    private sealed interface Request {
        /** To open documents that have come. */
        record Open(IncomingDocuments documents) implements Request {}

        /** To open parts of the context of another. */
        record OpenSlices(List<Frame.Range> ranges, HostedRepl parent) implements Request {}

        /** To answer a frame. */
        record Answer(Frame.ToRepl frame) implements Request {}

        /** To free everything and end. */
        record Close() implements Request {}
    }

    /** A REPL of this number that does not exist yet and answers to {@code out}. */
    HostedRepl(int number, FrameWriter out) {
        this.number = number;
        this.out = out;
    }

    /** Starts the thread, which first makes the REPL. */
    void start(String name, Callable<PythonRepl> make) {
        Thread.ofPlatform().name(name).daemon().start(() -> work(make));
    }

    /** Whether something is to be done. Thread-safe. */
    boolean isAsked() {
        return !requests.isEmpty();
    }

    /** Expects the texts of these documents, and then opens the REPL with them. */
    void open(List<Frame.DocumentHead> heads) throws ProtocolException {
        requireComplete();
        IncomingDocuments documents = new IncomingDocuments(heads);
        incoming = documents;
        if (documents.complete()) {
            requests.add(new Request.Open(documents));
        }
    }

    /** Opens the REPL with parts of another's context. */
    void open(Frame.OpenSlices slices, HostedRepl parent) throws ProtocolException {
        requireComplete();
        requests.add(new Request.OpenSlices(slices.ranges(), parent));
    }

    /** Takes the next bytes of the documents' texts. */
    void add(ByteBuffer bytes) throws ProtocolException {
        IncomingDocuments documents = incoming;
        if (documents == null) {
            throw new ProtocolException("Text of documents came before their names.");
        }
        boolean before = documents.complete();
        documents.add(bytes);
        if (!before && documents.complete()) {
            requests.add(new Request.Open(documents));
        }
    }

    /** Answers a request when those before it are answered. */
    void ask(Frame.ToRepl request) throws ProtocolException {
        requireComplete();
        if (request instanceof Frame.Run run) {
            lastRun = run.run();
        }
        requests.add(new Request.Answer(request));
    }

    /** Stops a run's cell if it still runs. */
    void interrupt(long run) {
        PythonRepl running = repl;
        if (running != null) {
            onThread(() -> {
                tell(new Frame.OutputSoFar(number, run, running.outputSoFar()));
                running.interrupt(run);
            });
        }
    }

    /** Not by the thread that reads, which must go on reading. */
    private static void onThread(Runnable interrupt) {
        Thread.ofPlatform().name("interrupt").daemon().start(interrupt);
    }

    /** Stops what runs, frees everything and ends the thread. */
    void close() {
        incoming = null;
        requests.add(new Request.Close());
        PythonRepl running = repl;
        long run = lastRun;
        if (running != null) {
            onThread(() -> running.interrupt(run));
        }
    }

    private void requireComplete() throws ProtocolException {
        if (incoming != null && !incoming.complete()) {
            throw new ProtocolException("A request came before the documents were complete.");
        }
    }

    private void work(Callable<PythonRepl> make) {
        try {
            PythonRepl made = make.call();
            repl = made;
            while (true) {
                Request request = requests.take();
                if (request instanceof Request.Close) {
                    repl = null;
                    send(made.close());
                    return;
                }
                send(answer(made, request));
            }
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private FromWorker answer(PythonRepl made, Request request) {
        return switch (request) {
            case Request.Open(IncomingDocuments documents) ->
                documents.tooLarge() ? new Frame.Refused(number, PythonRepl.TOO_LARGE) : made.open(documents.take());
            case Request.OpenSlices(var ranges, HostedRepl parent) -> {
                PythonRepl whole = parent.repl;
                yield whole == null
                        ? new Frame.Refused(number, "The REPL with the context is not open.")
                        : made.open(whole, ranges);
            }
            case Request.Answer(Frame.ToRepl frame) -> answer(made, frame);
            case Request.Close() -> made.close();
        };
    }

    private FromWorker answer(PythonRepl made, Frame.ToRepl frame) {
        return switch (frame) {
            case Frame.Run run when made.isOpen() -> made.run(run);
            case Frame.ListVariables _ when made.isOpen() -> made.variables();
            case Frame.ReadVariable(int _, String name) when made.isOpen() -> made.value(name);
            default -> new Frame.Refused(number, "The REPL does not answer this, or not before it is open.");
        };
    }

    private void send(FromWorker answer) throws IOException {
        try {
            out.write(answer);
        } catch (FrameTooLargeException e) {
            out.write(
                    answer instanceof Frame.CellEnded end
                            ? new Frame.CellEnded(
                                    number, end.run(), Frame.Ending.FAILED, end.output(), TOO_LONG, null, end.traces())
                            : new Frame.Refused(number, TOO_LONG));
        }
    }

    private void tell(FromWorker frame) {
        try {
            out.write(frame);
        } catch (IOException e) {
            System.err.println("The server is gone: " + e.getMessage());
        }
    }
}
