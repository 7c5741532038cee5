package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cell changes of the REPL is there again in the next, and its threads end with it; all in one REPL. */
@Tag("slow")
class GuardTest {
    static PythonRepl repl;
    static int runs;

    @BeforeAll
    static void start() {
        repl = new PythonRepl(
                new Interpreter(), new ServerCalls(new FrameWriter(OutputStream.nullOutputStream(), 1000)), Frame.ROOT);
        repl.open(List.of());
        output("kept = 'kept'");
    }

    private static CellEnded run(String code) {
        runs++;
        return repl.run(new Frame.Run(Frame.ROOT, runs, runs, code, 20_000, 0, 0, null));
    }

    /** Runs a cell that must end well. */
    private static String output(String code) {
        CellEnded ended = run(code);
        assertThat(ended.ending()).describedAs(ended.output().text()).isEqualTo(Ending.DONE);
        return ended.output().text().stripTrailing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import json\njson.dumps = None\njson.JSONEncoder.encode = None",
                "import builtins\nvars(builtins).clear()",
                "import sys\nsys.modules.clear()\nsys.meta_path.clear()",
                "import sys\nsys.stdout.write = None\ntype(sys.stdout).__getattribute__ = None",
                "import sys\nsys.setrecursionlimit(20)",
                "llm_query.__code__ = (lambda: 1).__code__",
                "FINAL.__globals__.clear()",
                "FINAL.__globals__['_runs'].current().session.__dict__.clear()",
                "FINAL.__globals__['_runs'].current().session.recency = 5",
                "FINAL.__globals__['_runs'].current().repeatable.__dict__.clear()",
                "FINAL.__globals__['_runs'].current().session.run = None",
                "FINAL.__globals__['_runs'].__dict__.clear()",
                "import sys\nsys.__class__ = type(FINAL.__globals__['types'])",
                "import sys\nvars(sys)['stdout'] = sys.stdout",
                "FINAL.__globals__['_runs'].current().session.host.clear()",
                "FINAL.__globals__['run_cell'] = FINAL.__globals__['variables'] = None",
                "FINAL.__globals__['_runs'].current().over = 'forged'",
                "import threading\nthreading.Thread = threading.Lock = None",
            })
    void whatACellSpoilsIsThereAgain(String code) {
        run(code);
        assertThat(output("""
                import json, threading
                print(kept, json.dumps({"a": [1]}), threading.Thread.__name__, "kept" in SHOW_VARS())
                def depth(n):
                    return n if n == 100 else depth(n + 1)
                depth(0)
                """)).isEqualTo("kept {\"a\": [1]} Thread True\n100");
        assertThat(run("llm_query(5)").error()).startsWith("TypeError: llm_query takes one prompt as a str");
        assertThat(repl.variables()).isInstanceOf(Frame.Variables.class);
    }

    @Test
    void aHigherRecursionLimitStays() {
        output("import sys\nsys.setrecursionlimit(3000)");
        assertThat(output("import sys\nsys.getrecursionlimit()")).isEqualTo("3000");
    }

    @Test
    void nonsenseAsTheFinalValueDoesNotEndTheRun() {
        run("FINAL.__globals__['_runs'].current().session.ended = 5");
        assertThat(output("kept")).isEqualTo("'kept'");
    }

    @Test
    void hostFunctionsRefuseWhatTheReplNeverPasses() {
        assertThat(output("""
                host = FINAL.__globals__["_runs"].current().session.host
                for name in ("query", "write", "skip", "grep", "search"):
                    for arguments in ((), (None,), (5, 5), ([None],)):
                        assert list(host[name](*arguments))[1] is False, (name, arguments)
                print("refused")
                """)).isEqualTo("refused");
    }

    @Test
    void tooManyThreadsAreRefusedWithASentence() {
        CellEnded ended = run("""
                import threading
                release = threading.Event()
                try:
                    for _ in range(1000):
                        threading.Thread(target=release.wait).start()
                finally:
                    release.set()
                """);
        assertThat(ended.error()).startsWith("RuntimeError: 256 threads are running and no more can be started");
        assertThat(output("""
                import threading
                thread = threading.Thread(target=print, args=("again",))
                thread.start()
                thread.join()
                """)).isEqualTo("again");
    }

    @Test
    void aThreadThatComputesIsStoppedWithItsCell() {
        assertThat(output("""
                import threading, time
                turns, go = [0], threading.Event()
                def turn():
                    go.wait()
                    while True:
                        turns[0] += 1
                threading.Thread(target=turn).start()
                go.set()
                while turns[0] == 0: time.sleep(0.001)
                """)).doesNotContain("oracle").contains("Threads of this cell were still working");
        assertThat(output("""
                import time
                first = turns[0]
                time.sleep(0.2)
                turns[0] == first
                """)).isEqualTo("True");
    }

    @Test
    void aThreadThatWaitsFallsSilentWithItsCell() {
        output("""
                import threading, time
                go, told = threading.Event(), []
                def speak():
                    go.wait()
                    print("too late")
                    for late in (lambda: llm_query("too late"), lambda: FINAL("too late")):
                        try:
                            late()
                        except Exception as error:
                            told.append(str(error))
                speaker = threading.Thread(target=speak)
                speaker.start()
                # Whatever is still on its way there when the cell ends may be stopped.
                while not go._cond._waiters: time.sleep(0.001)
                """);
        assertThat(output("go.set()\nspeaker.join()\nprint(len(told), set(told))"))
                .isEqualTo("2 {'The cell that this thread belongs to has ended: wait for threads in the cell that"
                        + " starts them'}");
    }

    @Test
    void aPoolOfThreadsServesLaterCells() {
        output(
                "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\nlength = pool.submit(len, 'a').result()");
        assertThat(output("pool.submit(print, 'in the pool').result()")).isEqualTo("in the pool");
    }

    @Test
    void anErrorInAThreadIsToldWithoutTheReplsFrames() {
        assertThat(output("""
                import threading
                thread = threading.Thread(target=lambda: 1 / 0, name="divider")
                thread.start()
                thread.join()
                """))
                .startsWith("Exception in thread divider:\nTraceback")
                .endsWith("ZeroDivisionError: division by zero")
                .doesNotContain("<rlm");
    }

    @Test
    void documentsCannotBeChanged() {
        assertThat(run("FINAL.__globals__['Document']('a', 0, 0, '').name = 'b'")
                        .error())
                .startsWith("AttributeError: documents cannot be changed");
    }
}
