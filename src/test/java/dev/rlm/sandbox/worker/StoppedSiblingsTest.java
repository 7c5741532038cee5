package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.worker.Siblings.Hosted;
import dev.rlm.sandbox.worker.builtins.ThreadStop;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A REPL whose cell is stopped, among others in the same interpreter: nothing of it is missing afterwards, to nobody. */
@Tag("slow")
class StoppedSiblingsTest extends AmongSiblings {
    @Test
    void stoppingOneLeavesTheOthersAndItsOwnVariables() throws Exception {
        for (String endless : List.of(
                "while True: pass",
                "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
                "import time\ntime.sleep(1000)",
                "import threading\nthreading.Event().wait()",
                "from concurrent.futures import ThreadPoolExecutor\ndef spin(i):\n    while True: pass\n"
                        + "with ThreadPoolExecutor(3) as pool:\n    list(pool.map(spin, range(3)))",
                "import asyncio\nawait asyncio.sleep(1000)",
                "llm_query('waits for ever')")) {
            Hosted stopped = siblings.child();
            Hosted sibling = siblings.child();
            Future<CellEnded> goingOn = sibling.start("""
                    import asyncio, threading, time
                    from concurrent.futures import ThreadPoolExecutor
                    pool, count = ThreadPoolExecutor(2), 0
                    until = time.monotonic() + 2.5
                    while time.monotonic() < until:
                        count += pool.submit(lambda: 1).result() + await asyncio.to_thread(lambda: 1)
                    count > 1
                    """);
            Future<CellEnded> stopping = stopped.start("before = 'kept'\nprint('seen')\n" + endless);
            await().atMost(LONG).until(() -> stopped.hasPrinted("seen"));
            Thread.sleep(500);
            stopped.interrupt();
            CellEnded end = stopping.get(120, TimeUnit.SECONDS);
            assertThat(end.ending()).describedAs(endless + end.output().text()).isEqualTo(Ending.STOPPED);
            assertThat(end.output().text()).startsWith("seen\n").doesNotContain("oracle");
            assertThat(Siblings.ended(goingOn.get(120, TimeUnit.SECONDS))).isEqualTo("True");
            assertThat(sibling.output("pool.submit(len, 'abc').result()")).isEqualTo("3");
            assertThat(stopped.output("before")).isEqualTo("'kept'");
            assertThat(stopped.output("import asyncio\nawait asyncio.to_thread(len, 'ab')"))
                    .isEqualTo("2");
        }
    }

    /** Each cell leaves a thread that holds locks without which no thread starts. */
    @Test
    void aLockOfAModuleThatAStoppedThreadHoldsIsFreeAgain() throws Exception {
        String holding = """
                import concurrent.futures.thread as pools, threading
                held = threading.Event()
                def hold():
                    threading._active_limbo_lock.acquire()
                    pools._global_shutdown_lock.acquire()
                    print("held")
                    held.set()
                    while %s: pass
                    threading.Event().wait()
                threading.Thread(target=hold).start()
                held.wait()
                """;
        String starting = "from concurrent.futures import ThreadPoolExecutor\n"
                + "with ThreadPoolExecutor(2) as pool: print(list(pool.map(len, ['a', 'bc'])))";
        Hosted sibling = siblings.child();

        Hosted closed = siblings.child();
        closed.output(holding.formatted("False"));
        closed.close();
        assertThat(sibling.output(starting)).as("after a REPL was closed").isEqualTo("[1, 2]");

        Hosted child = siblings.child();
        assertThat(child.output(holding.formatted("True"))).contains("were stopped");
        assertThat(child.output(starting)).as("after threads at work").isEqualTo("[1, 2]");

        Future<CellEnded> stopping = child.start(holding.formatted("True") + "while True: pass");
        await().atMost(LONG).until(() -> child.hasPrinted("held"));
        child.interrupt();
        assertThat(stopping.get(120, TimeUnit.SECONDS).ending()).isEqualTo(Ending.STOPPED);
        assertThat(child.output(starting)).as("after a stopped cell").isEqualTo("[1, 2]");
        assertThat(sibling.output(starting)).isEqualTo("[1, 2]");
    }

    /** What the cell of the thread that is stopped holds is another matter than what one of its other threads does. */
    @Test
    void whoWaitsForALockThatAStoppedCellHoldsGetsIt() throws Exception {
        String holding = """
                import concurrent.futures.thread as pools, importlib._bootstrap as imports, sys, threading
                threading._active_limbo_lock.acquire()
                pools._global_shutdown_lock.acquire()
                sys.modules.pop("colorsys", None)
                lock = imports._get_module_lock("colorsys")
                lock.acquire()
                print("held")
                while True: pass
                """;
        for (String waiting : List.of(
                "threading.Thread(target=print).start()",
                "with pools._global_shutdown_lock: pass",
                "import colorsys")) {
            Hosted stopped = siblings.child();
            Hosted sibling = siblings.child();
            sibling.output("import threading\nimport concurrent.futures.thread as pools");
            Future<CellEnded> stopping = stopped.start(holding);
            await().atMost(LONG).until(() -> stopped.hasPrinted("held"));
            Future<CellEnded> goingOn = sibling.start("print('waits')\n" + waiting + "\nprint('goes on')");
            await().atMost(LONG).until(() -> sibling.hasPrinted("waits"));
            Thread.sleep(200);
            assertThat(goingOn.isDone()).as(waiting).isFalse();
            stopped.interrupt();
            assertThat(stopping.get(120, TimeUnit.SECONDS).ending()).isEqualTo(Ending.STOPPED);
            assertThat(Siblings.ended(goingOn.get(120, TimeUnit.SECONDS)))
                    .as(waiting)
                    .contains("goes on");
        }
    }

    @Test
    void whatAStoppedCellHoldsOfAFutureOrAnEventLoopKeepsNothingFromTidyingUp() throws Exception {
        for (String holding : List.of("""
                from concurrent.futures import ThreadPoolExecutor
                import threading
                future = ThreadPoolExecutor(1).submit(threading.Event().wait)
                with future._condition:
                    print("held")
                    while True: pass
                """, """
                import asyncio, threading
                task = asyncio.ensure_future(asyncio.to_thread(threading.Event().wait))
                await asyncio.sleep(0.1)
                with asyncio.get_running_loop()._selector._called._cond:
                    print("held")
                    while True: pass
                """)) {
            Hosted stopped = siblings.child();
            Future<CellEnded> stopping = stopped.start(holding);
            await().atMost(LONG).until(() -> stopped.hasPrinted("held"));
            stopped.interrupt();
            assertThat(stopping.get(120, TimeUnit.SECONDS).ending()).isEqualTo(Ending.STOPPED);
            assertThat(stopped.output("import asyncio\nawait asyncio.to_thread(len, 'ab')"))
                    .isEqualTo("2");
        }
    }

    /** A thread that is stopped where it waits for the interpreter's lock must not be left with it. */
    @Test
    void nobodyLeavesTheInterpreterWithItsLock() throws Exception {
        Hosted busy = siblings.child();
        Hosted entering = siblings.child();
        Future<CellEnded> spinning = busy.start("print('spins')\nwhile True: pass");
        await().atMost(LONG).until(() -> busy.hasPrinted("spins"));
        Thread thread = entering.on(Thread::currentThread);
        for (int i = 0; i < 20; i++) {
            ThreadStop.Request request = siblings.interpreter.stops().request(thread::equals);
            Future<?> guarding = entering.begin(() -> {
                for (int j = 0; j < 5; j++) {
                    siblings.interpreter.guard(null);
                }
            });
            while (!guarding.isDone()) {
                request.submit();
                Thread.sleep(1);
            }
            request.end();
        }
        busy.interrupt();
        assertThat(spinning.get(120, TimeUnit.SECONDS).ending()).isEqualTo(Ending.STOPPED);
        assertThat(siblings.root.output("1 + 1")).isEqualTo("2");
    }
}
