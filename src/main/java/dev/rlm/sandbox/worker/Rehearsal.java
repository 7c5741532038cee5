package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.OutputStream;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Opens a REPL for nobody, runs cells in it and closes it, so that what a task's REPL does first is not done for the first
 * time in this process. Nothing of it stays.
 */
final class Rehearsal {

    /** No REPL of a task has it. */
    private static final int NUMBER = -1;

    private static final int OUTPUT_CHARACTERS = 20_000;

    private static final List<ContextText.Document> DOCUMENTS = List.of(
            new ContextText.Document("first.log", "2026-01-05 ERROR disk full\n2026-01-06 INFO ok\n".repeat(200)),
            new ContextText.Document("second.txt", "A line, and another.\n".repeat(200)));

    private final Interpreter interpreter;
    private final String[] cells = PythonEngine.text("rehearsal.py").split("\n# %%\n");
    private final ServerCalls nobody =
            new ServerCalls(new FrameWriter(OutputStream.nullOutputStream(), Frame.MAX_BYTES));

    Rehearsal(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    /** Rehearses so many times, or until somebody waits for this worker. */
    void run(int times, BooleanSupplier waiting) throws InterruptedException {
        Thread thread = Thread.ofPlatform().name("rehearsal").daemon().start(() -> {
            for (int time = 0; time < times && !waiting.getAsBoolean(); time++) {
                once(waiting);
            }
        });
        thread.join();
    }

    private void once(BooleanSupplier waiting) {
        PythonRepl repl = new PythonRepl(interpreter, nobody, NUMBER);
        var _ = repl.open(DOCUMENTS);
        for (int cell = 1; cell <= cells.length && !waiting.getAsBoolean(); cell++) {
            var _ = repl.run(new Frame.Run(NUMBER, cell, cell, cells[cell - 1], OUTPUT_CHARACTERS, 0, 0, null));
        }
        var _ = repl.variables();
        var _ = repl.close();
    }
}
