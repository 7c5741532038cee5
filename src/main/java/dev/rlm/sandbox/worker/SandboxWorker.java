package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameReader;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The main class of a worker process. It speaks frames over its standard input and output, runs the cells of one task,
 * and ends when its input ends, which it does however the server ends.
 */
public final class SandboxWorker {
    /** What the server may ask of a worker process instead of serving; the first or only argument. */
    public static final Set<String> MODES = Set.of("--train", "--prepare", "--self-check");

    /** How often a worker that waits for its task rehearses that: enough for the JVM to compile what it does. */
    private static final int REHEARSALS = 20;

    private final FrameReader in;
    private final FrameWriter out;
    private final ServerCalls calls;

    /** The REPLs by their numbers; only the thread that reads knows them. */
    private final Map<Integer, HostedRepl> repls = new HashMap<>();

    private final CompletableFuture<Interpreter> interpreter = new CompletableFuture<>();

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
        HostedRepl root = new HostedRepl(Frame.ROOT, out);
        repls.put(Frame.ROOT, root);
        root.start("python", () -> startPython(root));
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

    private PythonRepl startPython(HostedRepl root) throws IOException, InterruptedException {
        Interpreter started = new Interpreter();
        PythonRepl repl = new PythonRepl(started, calls, Frame.ROOT);
        interpreter.complete(started);
        out.write(new Frame.Ready(Frame.VERSION));
        Rehearsal rehearsal = new Rehearsal(started);
        rehearsal.run(1, root::isAsked);
        started.warmUp(root::isAsked);
        rehearsal.run(REHEARSALS, root::isAsked);
        return repl;
    }

    private void receive(Frame frame) throws ProtocolException {
        switch (frame) {
            case Frame.Replies replies -> calls.answered(replies.call(), replies);
            case Frame.Budget budget -> calls.answered(budget.call(), budget);
            case Frame.OfferFunctions(var functions) -> calls.offer(functions);
            case Frame.Open(int repl, var heads) -> openedOrNew(repl).open(heads);
            case Frame.OpenSlices slices -> {
                HostedRepl parent = known(slices.parent());
                openedOrNew(slices.repl()).open(slices, parent);
            }
            case Frame.CloseRepl(int repl) -> {
                if (repl == Frame.ROOT) {
                    throw new ProtocolException("The task's own REPL is not closed.");
                }
                known(repl).close();
                repls.remove(repl);
            }
            case Frame.Contents(int repl, ByteBuffer bytes) -> known(repl).add(bytes);
            case Frame.Interrupt(int repl, long run) ->
                // It may cross the end of its REPL.
                Optional.ofNullable(repls.get(repl)).ifPresent(hosted -> hosted.interrupt(run));
            case Frame.ToRepl request -> known(request.repl()).ask(request);
            case FromWorker _ -> throw new ProtocolException("The server sent an answer of a worker.");
        }
    }

    private HostedRepl known(int repl) throws ProtocolException {
        HostedRepl known = repls.get(repl);
        if (known == null) {
            throw new ProtocolException("The server spoke to a REPL that is not open.");
        }
        return known;
    }

    private HostedRepl openedOrNew(int repl) {
        return repls.computeIfAbsent(repl, number -> {
            HostedRepl child = new HostedRepl(number, out);
            child.start("repl-" + number, () -> new PythonRepl(interpreter.get(), calls, number));
            return child;
        });
    }
}
