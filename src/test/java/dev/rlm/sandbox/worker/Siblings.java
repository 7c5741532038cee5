package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A REPL and its children in one interpreter, each on a thread of its own. */
final class Siblings {
    static final String TEXT = "first line 😀\nsecond line\nthird 😀 line\n";

    private static Siblings shared;

    final Interpreter interpreter;
    final Hosted root;
    final List<Hosted> children = new ArrayList<>();
    private final ServerCalls calls =
            new ServerCalls(new FrameWriter(OutputStream.nullOutputStream(), Frame.MAX_BYTES));
    private int lastNumber;

    private Siblings() throws Exception {
        // Its main thread is the first that it meets.
        ExecutorService main = Executors.newSingleThreadExecutor();
        interpreter = main.submit(Interpreter::new).get(120, TimeUnit.SECONDS);
        root = new Hosted(Frame.ROOT, main);
        root.on(() -> root.repl.open(List.of(
                new ContextText.Document("one.txt", TEXT), new ContextText.Document("two.txt", "of the second\n"))));
        root.output("kept = 'of the root'");
    }

    /** The only ones of this JVM, for an interpreter takes seconds to start. */
    static synchronized Siblings shared() throws Exception {
        if (shared == null) {
            shared = new Siblings();
        }
        return shared;
    }

    Hosted child() throws Exception {
        return child(0, length());
    }

    /** The length of the whole context in code points. */
    long length() throws Exception {
        return Long.parseLong(root.output("len(context)"));
    }

    Hosted child(long start, long end) throws Exception {
        return child(root, List.of(new Frame.Range(start, end)));
    }

    Hosted child(Hosted parent, List<Frame.Range> ranges) throws Exception {
        Hosted child = unopened();
        assertThat(child.on(() -> child.repl.open(parent.repl, ranges))).isInstanceOf(Frame.Opened.class);
        return child;
    }

    /** A child without a context, which cannot run cells yet. */
    Hosted unopened() throws Exception {
        lastNumber++;
        Hosted child = new Hosted(lastNumber, Executors.newSingleThreadExecutor());
        children.add(child);
        return child;
    }

    /** Closes the children; the REPL itself must be as before. */
    void closeChildren() throws Exception {
        for (Hosted child : List.copyOf(children)) {
            child.close();
        }
        assertThat(root.output("kept")).isEqualTo("'of the root'");
    }

    /** What a cell printed that must have ended well. */
    static String ended(CellEnded end) {
        assertThat(end.ending()).describedAs(end.output().text()).isEqualTo(Ending.DONE);
        return end.output().text().stripTrailing();
    }

    /** A REPL on a thread of its own. */
    final class Hosted {
        final PythonRepl repl;
        final int number;
        private final ExecutorService thread;
        private int runs;

        private Hosted(int number, ExecutorService thread) throws Exception {
            this.number = number;
            this.thread = thread;
            this.repl = on(() -> new PythonRepl(interpreter, calls, number));
        }

        <T> T on(Callable<T> task) throws Exception {
            return thread.submit(task).get(120, TimeUnit.SECONDS);
        }

        Future<?> begin(Runnable task) {
            return thread.submit(task);
        }

        Future<CellEnded> start(String code) {
            runs++;
            int cell = runs;
            return thread.submit(() -> repl.run(new Frame.Run(number, cell, cell, code, 20_000, number, 0, null)));
        }

        CellEnded run(String code) throws Exception {
            return start(code).get(120, TimeUnit.SECONDS);
        }

        /** Runs a cell that must end well. */
        String output(String code) throws Exception {
            return ended(run(code));
        }

        /** Whether the cell of the moment has printed this. */
        boolean hasPrinted(String text) {
            return repl.outputSoFar().text().contains(text);
        }

        /** Stops the cell that was started last. */
        void interrupt() {
            repl.interrupt(runs);
        }

        void close() throws Exception {
            on(repl::close);
            thread.shutdown();
            children.remove(this);
        }
    }
}
