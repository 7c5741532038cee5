package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a worker process. It speaks frames over its standard input and output, runs the cells of one task,
 * and ends when its input ends, which it does however the server ends.
 */
public final class SandboxWorker {
    private static final String TOO_LONG = "ValueError: The value is too long to be handed over: hand over less.";

    private final FrameReader in;
    private final FrameWriter out;
    private final ServerCalls calls;
    private final BlockingQueue<Frame> requests = new LinkedBlockingQueue<>();

    private volatile @Nullable PythonRepl repl;

    SandboxWorker(InputStream in, OutputStream out) {
        this.in = new FrameReader(in, Frame.MAX_BYTES);
        this.out = new FrameWriter(out, Frame.MAX_BYTES);
        this.calls = new ServerCalls(this.out);
    }

    /** Serves one server; {@code --train} runs typical cells instead, for the AOT cache. */
    public static void main(String[] arguments) throws Exception {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setIn(InputStream.nullInputStream());
        if (arguments.length > 0 && arguments[arguments.length - 1].equals("--train")) {
            Training.run();
            System.exit(0);
        }
        ProcessHandle.current().parent().ifPresent(SandboxWorker::endWith);
        new SandboxWorker(in, out).serve();
        end();
    }

    private static void endWith(ProcessHandle server) {
        var _ = server.onExit().thenRun(SandboxWorker::end);
    }

    /** Ends at once, whatever the cells' threads do, and with its folder: a server that was killed cannot delete that. */
    private static void end() {
        File folder = new File("").getAbsoluteFile();
        if (folder.getName().startsWith("rlm-sandbox")) {
            var _ = folder.delete();
        }
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

    private void receive(Frame frame) {
        switch (frame) {
            case Frame.Replies replies -> calls.answered(replies.call(), replies);
            case Frame.Budget budget -> calls.answered(budget.call(), budget);
            case Frame.Interrupt(long run) ->
                Thread.ofPlatform().name("interrupt").daemon().start(() -> interrupt(run));
            default -> requests.add(frame);
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

    private static FromWorker answer(PythonRepl repl, Frame request) {
        return switch (request) {
            case Frame.Open(var documents) -> repl.open(documents);
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
