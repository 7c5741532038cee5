package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RehearsalTest {

    /** What a cell can see of those before it, beside its own variables. */
    private static final String TRACES = """
            import gc, linecache, sys, threading
            print(SHOW_VARS())
            print([thread.name for thread in threading.enumerate()], threading.current_thread().name)
            print([name for name in linecache.cache if "cell" in name])
            print([name for name in ("lines", "by_day", "largest", "hits") if name in globals()])
            print(sys.modules["__main__"].__dict__ is globals(), documents, context)
            """;

    private final ExecutorService main = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        main.shutdownNow();
    }

    private <T> T onMain(Callable<T> task) throws Exception {
        return main.submit(task).get(120, TimeUnit.SECONDS);
    }

    /** What the first cell of a task says in a worker that has rehearsed so often. */
    private CellEnded firstCell(int rehearsals) throws Exception {
        return onMain(() -> {
            ServerCalls calls = new ServerCalls(new FrameWriter(OutputStream.nullOutputStream(), Frame.MAX_BYTES));
            Interpreter interpreter = new Interpreter();
            PythonRepl root = new PythonRepl(interpreter, calls, Frame.ROOT);
            new Rehearsal(interpreter).run(rehearsals, () -> false);
            root.open(List.of(new ContextText.Document("d", "text of the task")));
            return root.run(new Frame.Run(Frame.ROOT, 1, 1, TRACES, 20_000, 0, 0, null));
        });
    }

    @Test
    void aTaskSeesNothingOfWhatItsWorkerHasRehearsed() throws Exception {
        CellEnded fresh = firstCell(0);
        CellEnded rehearsed = firstCell(3);
        assertThat(fresh.ending()).isEqualTo(Ending.DONE);
        assertThat(fresh.output().text())
                .contains("no variables yet", "MainThread", "['<cell 1>']", "text of the task");
        assertThat(rehearsed.output().text()).isEqualTo(fresh.output().text());
    }

    @Test
    void aRehearsalEndsAsSoonAsATaskWaits() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        onMain(() -> {
            new Rehearsal(new Interpreter()).run(1_000_000, () -> looks.incrementAndGet() > 3);
            return null;
        });
        // Before it, before each of the first two cells, and then wherever it looks next.
        assertThat(looks.get()).isBetween(4, 6);
    }
}
