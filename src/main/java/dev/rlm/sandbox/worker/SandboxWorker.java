package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a worker process. It speaks frames over its standard input and output, runs the cells of one task,
 * and ends when its input ends, which it does however the server ends.
 */
public final class SandboxWorker {
    /** What the server may ask of a worker process instead of serving; the first or only argument. */
    public static final Set<String> MODES = Set.of("--train", "--prepare", "--self-check");

    private static final String TOO_LONG = "ValueError: The value is too long to be handed over: hand over less.";

    private final FrameReader in;
    private final FrameWriter out;
    private final ServerCalls calls;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /** The documents that are coming in; only the thread that reads knows them. */
    private @Nullable IncomingDocuments incoming;

    private volatile @Nullable PythonRepl repl;

    /** What the Python thread is asked to do. */
    private sealed interface Request {
        /** To open documents that have come. */
        record Open(IncomingDocuments documents) implements Request {}

        /** To answer a frame. */
        record Answer(Frame frame) implements Request {}
    }

    SandboxWorker(InputStream in, OutputStream out) {
        this.in = new FrameReader(in, Frame.MAX_BYTES);
        this.out = new FrameWriter(out, Frame.MAX_BYTES);
        this.calls = new ServerCalls(this.out);
    }

    /** Serves one server; {@code --train} runs typical cells instead, for the AOT cache, {@code --prepare} only
     * starts Python, which unpacks its library, and {@code --self-check} tries what a worker must not be able to do. */
    public static void main(String[] arguments) throws Exception {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setIn(InputStream.nullInputStream());
        if (arguments.length > 0 && arguments[0].equals("--self-check")) {
            new SelfCheck(new PrintStream(out, true, StandardCharsets.UTF_8))
                    .run(List.of(arguments).subList(1, arguments.length));
            Runtime.getRuntime().halt(0);
        }
        ProcessHandle.current().parent().ifPresent(SandboxWorker::endWith);
        switch (arguments.length == 0 ? "" : arguments[arguments.length - 1]) {
            case "--train" -> {
                Training.run();
                System.exit(0);
            }
            case "--prepare" -> {
                PythonEngine.start(OutputStream.nullOutputStream()).close();
                System.exit(0);
            }
            default -> {}
        }
        new SandboxWorker(in, out).serve();
        end();
    }

    private static void endWith(ProcessHandle server) {
        var _ = server.onExit().thenRun(SandboxWorker::end);
    }

    /** Ends at once, whatever the cells' threads do. */
    private static void end() {
        Runtime.getRuntime().halt(0);
    }

    /** Serves until the input ends. */
    void serve() {
        Thread.ofPlatform().name("python").daemon().start(this::work);
        try {
            Optional<Frame> frame = in.read();
            while (frame.isPresent()) {
                receive(frame.get());
                frame = in.read();
            }
        } catch (IOException e) {
            System.err.println("The server's stream broke: " + e.getMessage());
        }
    }

    private void receive(Frame frame) throws ProtocolException {
        switch (frame) {
            case Frame.Open(var heads) -> open(heads);
            case Frame.Contents(ByteBuffer bytes) -> add(bytes);
            case Frame.Replies replies -> calls.answered(replies.call(), replies);
            case Frame.Budget budget -> calls.answered(budget.call(), budget);
            case Frame.Interrupt(long run) ->
                Thread.ofPlatform().name("interrupt").daemon().start(() -> interrupt(run));
            default -> {
                if (incoming != null && !incoming.complete()) {
                    throw new ProtocolException("A request came before the documents were complete.");
                }
                requests.add(new Request.Answer(frame));
            }
        }
    }

    private void open(List<Frame.DocumentHead> heads) throws ProtocolException {
        if (incoming != null && !incoming.complete()) {
            throw new ProtocolException("Documents came before the last ones were complete.");
        }
        IncomingDocuments documents = new IncomingDocuments(heads);
        incoming = documents;
        if (documents.complete()) {
            requests.add(new Request.Open(documents));
        }
    }

    private void add(ByteBuffer bytes) throws ProtocolException {
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

    private void interrupt(long run) {
        PythonRepl running = repl;
        if (running == null) {
            return;
        }
        try {
            out.write(new Frame.OutputSoFar(run, running.outputSoFar()));
        } catch (IOException e) {
            System.err.println("The server is gone: " + e.getMessage());
        }
        running.interrupt(run);
    }

    private void work() {
        try {
            PythonRepl started = new PythonRepl(calls);
            repl = started;
            out.write(new Frame.Ready(Frame.VERSION));
            started.warmUp(() -> !requests.isEmpty());
            while (true) {
                send(answer(started, requests.take()));
            }
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static FromWorker answer(PythonRepl repl, Request request) {
        return switch (request) {
            case Request.Open(IncomingDocuments documents) ->
                documents.tooLarge() ? new Frame.Refused(PythonRepl.TOO_LARGE) : repl.open(documents.take());
            case Request.Answer(Frame frame) -> answer(repl, frame);
        };
    }

    private static FromWorker answer(PythonRepl repl, Frame request) {
        return switch (request) {
            case Frame.Run run -> repl.run(run);
            case Frame.ListVariables() -> repl.variables();
            case Frame.ReadVariable(String name) -> repl.value(name);
            default -> new Frame.Refused("A worker does not answer this.");
        };
    }

    private void send(FromWorker answer) throws IOException {
        try {
            out.write(answer);
        } catch (FrameTooLargeException e) {
            out.write(
                    answer instanceof Frame.CellEnded end
                            ? new Frame.CellEnded(
                                    end.run(), Frame.Ending.FAILED, end.output(), TOO_LONG, null, end.traces())
                            : new Frame.Refused(TOO_LONG));
        }
    }
}
