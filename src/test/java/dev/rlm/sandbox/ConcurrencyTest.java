package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** asyncio and pools of threads over sub-calls, as models write them; all in one REPL, as one task would. */
@Tag("slow")
class ConcurrencyTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        repl = new TestRepl(pool.open(TestRepl.documents(folder, "only", "the text")));
        repl.output("""
                import asyncio, time
                from concurrent.futures import ThreadPoolExecutor, as_completed

                async def ask(prompt):
                    return await asyncio.to_thread(llm_query, prompt)

                async def ask_all(prompts):
                    return await asyncio.gather(*[ask(prompt) for prompt in prompts])
                """);
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Answers like {@link StubCalls} until so many prompts were asked, and then refuses. */
    private record LimitedCalls(StubCalls calls, int limit, AtomicInteger asked) implements HostCalls {
        LimitedCalls(int limit) {
            this(new StubCalls(20), limit, new AtomicInteger());
        }

        @Override
        public List<Outcome> query(List<String> prompts) throws InterruptedException {
            if (asked.addAndGet(prompts.size()) > limit) {
                return prompts.stream()
                        .map(_ -> (Outcome) new Outcome.Failure("The budget of sub-calls is used up."))
                        .toList();
            }
            return calls.query(prompts);
        }

        @Override
        public String budgetJson() {
            return "{\"sub_calls\": " + Math.max(0, limit - asked.get()) + "}";
        }
    }

    @Test
    void gatheredSubCallsKeepTheirOrderAndRunInParallel() throws Exception {
        StubCalls calls = new StubCalls(1_000, 16);
        long start = System.nanoTime();
        CellResult result = repl.run(
                "replies = asyncio.run(ask_all([f'p{i}' for i in range(50)]))\n"
                        + "replies == [f'echo: p{i}' for i in range(50)]",
                calls);
        assertThat(result.output()).isEqualTo("True\n");
        assertThat(calls.prompts).hasValue(50);
        // However long it takes, at least a second of it was spent waiting, for all calls at once.
        assertThat(result.active())
                .describedAs("waiting does not count")
                .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - start).minus(ActiveTime.ALLOWANCE));
    }

    @Test
    void gatherMayBeHandedToRunDirectly() throws Exception {
        assertThat(repl.output("asyncio.run(asyncio.gather(*(asyncio.to_thread(llm_query, p) for p in 'abc')))"))
                .isEqualTo("['echo: a', 'echo: b', 'echo: c']");
    }

    @Test
    void loopsCanBeHadInAllTheWaysThatModelsKnow() throws Exception {
        assertThat(repl.output("asyncio.get_event_loop().run_until_complete(ask('a'))"))
                .isEqualTo("'echo: a'");
        assertThat(repl.output("""
                loop = asyncio.new_event_loop()
                asyncio.set_event_loop(loop)
                try:
                    reply = loop.run_until_complete(ask('b'))
                finally:
                    loop.close()
                reply""")).isEqualTo("'echo: b'");
        assertThat(repl.output("asyncio.get_event_loop().run_until_complete(ask('c'))"))
                .isEqualTo("'echo: c'");
        assertThat(repl.output("with asyncio.Runner() as runner:\n    reply = runner.run(ask('d'))\nreply"))
                .isEqualTo("'echo: d'");
        assertThat(
                        repl.output(
                                "import threading\nseen = []\nt = threading.Thread(target=lambda: seen.append(asyncio.run(ask('e'))))\nt.start()\nt.join()\nseen"))
                .isEqualTo("['echo: e']");
    }

    @Test
    void theToolsOfAsyncioWork() throws Exception {
        assertThat(repl.output("""
                async def tools():
                    loop = asyncio.get_running_loop()
                    queue, found, most, active = asyncio.Queue(), [], 0, 0
                    semaphore = asyncio.Semaphore(3)

                    async def worker():
                        nonlocal most, active
                        while (item := await queue.get()) is not None:
                            async with semaphore:
                                active += 1
                                most = max(most, active)
                                found.append(await ask(item))
                                active -= 1

                    async with asyncio.TaskGroup() as group:
                        for _ in range(5):
                            group.create_task(worker())
                        for item in [f"i{n}" for n in range(12)] + [None] * 5:
                            await queue.put(item)
                    print(sorted(found)[:2], len(found), most)
                    try:
                        await asyncio.wait_for(asyncio.sleep(60), 0.05)
                    except asyncio.TimeoutError:
                        print("timed out")
                    try:
                        async with asyncio.timeout(0.05):
                            await asyncio.Event().wait()
                    except TimeoutError:
                        print("timed out again")
                    with ThreadPoolExecutor(2) as pool:
                        print(await loop.run_in_executor(pool, llm_query, "own pool"))
                    print(await loop.run_in_executor(None, llm_query, "pool of the loop"))
                    called = []
                    loop.call_later(0.02, called.append, "later")
                    loop.call_soon(called.append, "soon")
                    await asyncio.sleep(0.2)
                    done, pending = await asyncio.wait([asyncio.create_task(ask("w"))], timeout=250)
                    print(called, len(done), len(pending))
                    for each in asyncio.as_completed([ask("one")]):
                        print(await each)
                    task = asyncio.create_task(asyncio.sleep(60))
                    task.cancel()
                    print(await asyncio.gather(ask("fail"), task, ask("ok"), return_exceptions=True))
                asyncio.run(tools())""")).isEqualTo("""
                        ['echo: i0', 'echo: i1'] 12 3
                        timed out
                        timed out again
                        echo: own pool
                        echo: pool of the loop
                        ['soon', 'later'] 1 0
                        echo: one
                        [SubCallError('the model refused this prompt'), CancelledError(''), 'echo: ok']""");
    }

    @Test
    void aThreadWakesALoopThatWaitsForNothingElse() throws Exception {
        assertThat(repl.output("""
                import threading
                async def wait():
                    loop, event = asyncio.get_running_loop(), asyncio.Event()
                    def later():
                        time.sleep(0.2)
                        loop.call_soon_threadsafe(event.set)
                    threading.Thread(target=later).start()
                    await event.wait()
                    return "woken"
                asyncio.run(wait())""")).isEqualTo("'woken'");
    }

    @Test
    void awaitWorksOutsideOfFunctions() throws Exception {
        assertThat(repl.output("await ask('a')")).isEqualTo("'echo: a'");
        assertThat(repl.output("""
                first: str = await ask('b')
                from bisect import *
                total = 0
                for word in ["x", "y"]:
                    total += len(await ask(word))
                async with asyncio.timeout(250) as limit:
                    pairs = {w: await ask(w) for w in "pq"}
                try:
                    await ask("fail")
                except SubCallError as error:
                    caught = str(error)
                def use():
                    return first, total, bisect_left([1, 3], 2)
                print(use(), pairs, caught, word)
                if (second := await ask("s")) and True:
                    import json as j
                [len(r) for r in await ask_all(["12", "3"])]""")).isEqualTo("""
                        ('echo: b', 14, 1) {'p': 'echo: p', 'q': 'echo: q'} the model refused this prompt y
                        [8, 7]""");
        assertThat(repl.output("second, j.dumps(pairs), _")).isEqualTo("""
                ('echo: s', '{"p": "echo: p", "q": "echo: q"}', [8, 7])""");
        assertThat(repl.output("task = asyncio.create_task(asyncio.sleep(0.05, 'slept'))\nawait asyncio.sleep(0)"))
                .isEmpty();
        assertThat(repl.output("asyncio.run(ask('between'))\nNone")).isEmpty();
        assertThat(repl.output("await task")).isEqualTo("'slept'");
        assertThat(repl.output("async def each(words):\n    for w in words:\n        yield await ask(w)\n"
                        + "[w async for w in each('ab')]"))
                .isEqualTo("['echo: a', 'echo: b']");
    }

    @Test
    void errorsOutsideOfFunctionsShowTheCellOnly() throws Exception {
        CellResult failed =
                repl.run("kept = await ask('k')\nasync def broken():\n    raise KeyError('x')\nawait broken()");
        assertThat(failed.output())
                .startsWith("Traceback (most recent call last):\n  File \"<cell ")
                .contains("line 4, in <module>\n    await broken()\n")
                .contains("line 3, in broken\n")
                .endsWith("KeyError: 'x'\n")
                .doesNotContain("asyncio/");
        assertThat(repl.output("kept")).isEqualTo("'echo: k'");
        assertThat(repl.run("if True:\n    x = await ask('x')\n    return x").error())
                .startsWith("SyntaxError: 'return' outside function");
        assertThat(repl.run("def plain():\n    await ask('x')").error()).startsWith("SyntaxError: 'await' outside");
        assertThat(repl.run("await llm_query('x')").error())
                .endsWith("(llm_query blocks and returns a str: use it without await, or await"
                        + " asyncio.to_thread(llm_query, prompt))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "asyncio.run(asyncio.sleep(1000))",
                "await asyncio.sleep(1000)",
                "async def spin():\n    while True:\n        await asyncio.sleep(0)\nasyncio.run(spin())",
                "asyncio.run(asyncio.to_thread(time.sleep, 1000))",
                "held = asyncio.new_event_loop()\nheld.run_until_complete(asyncio.sleep(1000))",
                "async def block():\n    time.sleep(1000)\nasyncio.get_event_loop().run_until_complete(block())",
            })
    void aCellThatIsStoppedInALoopLeavesAsyncioUsable(String code) throws Exception {
        CellResult stopped = repl.run("before = 'kept'\n" + code, SOON);
        assertThat(stopped.status()).describedAs(stopped.output()).isEqualTo(Status.TIMED_OUT);
        assertThat(stopped.output()).doesNotContain("truffle");
        assertThat(repl.output("before, asyncio.run(ask_all(['a', 'b']))"))
                .isEqualTo("('kept', ['echo: a', 'echo: b'])");
        assertThat(repl.output("await ask('c')")).isEqualTo("'echo: c'");
        assertThat(repl.output("asyncio.get_event_loop().run_until_complete(ask('d'))"))
                .isEqualTo("'echo: d'");
        if (code.startsWith("held")) {
            assertThat(repl.output("held.run_until_complete(ask('e'))")).isEqualTo("'echo: e'");
        }
    }

    @Test
    void anImportThatIsStoppedCanBeRepeated() throws Exception {
        repl.output("""
                import sys, importlib.abc, importlib.machinery
                class Slow(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                    def find_spec(self, name, path=None, target=None):
                        if name.startswith("slowly"):
                            return importlib.machinery.ModuleSpec(name, self, is_package=name == "slowly")
                    def exec_module(self, module):
                        if module.__name__ == "slowly":
                            import slowly.part
                            time.sleep(pause)
                        module.loaded = True
                pause = 1000
                """);
        CellResult stopped = repl.run("sys.meta_path.append(Slow())\nimport slowly", SOON);
        assertThat(stopped.status()).describedAs(stopped.output()).isEqualTo(Status.TIMED_OUT);
        assertThat(repl.output(
                        "pause = 0\nsys.meta_path.append(Slow())\nimport slowly\nslowly.loaded, slowly.part.loaded"))
                .isEqualTo("(True, True)");
    }

    @Test
    void poolsKeepTheOrderOfMapAndHandEachFutureItsOwnReply() throws Exception {
        StubCalls calls = new StubCalls(100);
        assertThat(repl.run("""
                with ThreadPoolExecutor(max_workers=50) as pool:
                    futures = {pool.submit(llm_query, f"p{i}"): i for i in range(100)}
                    own = all(f.result() == f"echo: p{futures[f]}" for f in as_completed(futures))
                    mapped = list(pool.map(llm_query, (f"m{i}" for i in range(60)), timeout=250))
                own, len(futures), mapped == [f"echo: m{i}" for i in range(60)]""", calls).output()).isEqualTo("(True, 100, True)\n");
        assertThat(calls.prompts).hasValue(160);
    }

    @Test
    void exceptionsOfPooledCallsReachTheCell() throws Exception {
        assertThat(repl.output("""
                with ThreadPoolExecutor(4) as pool:
                    futures = [pool.submit(llm_query, p) for p in ("a", "fail", "c")]
                    try:
                        list(pool.map(llm_query, ["x", "fail"]))
                    except SubCallError as error:
                        print("map:", error)
                [f.exception() or f.result() for f in futures]""")).isEqualTo("""
                        map: the model refused this prompt
                        ['echo: a', SubCallError('the model refused this prompt'), 'echo: c']""");
        CellResult failed = repl.run("with ThreadPoolExecutor(2) as pool:\n    list(pool.map(lambda p: 1 / 0, 'ab'))");
        assertThat(failed.error()).isEqualTo("ZeroDivisionError: division by zero");
    }

    @Test
    void aBudgetThatEndsInTheMiddleIsNeverExceededAndToldForEachCall() throws Exception {
        LimitedCalls calls = new LimitedCalls(20);
        assertThat(repl.run("""
                def guarded(i):
                    try:
                        return llm_query(f"p{i}")
                    except SubCallError as error:
                        return f"none: {error}"
                with ThreadPoolExecutor(16) as pool:
                    replies = list(pool.map(guarded, range(50)))
                good = [i for i, r in enumerate(replies) if r == f"echo: p{i}"]
                len(good), replies.count("none: The budget of sub-calls is used up."), budget()""", calls).output()).isEqualTo("(20, 30, {'sub_calls': 0})\n");
        assertThat(calls.calls().prompts).hasValue(20);
        LimitedCalls others = new LimitedCalls(5);
        assertThat(repl.run("""
                replies = await asyncio.gather(*[ask(f"p{i}") for i in range(12)], return_exceptions=True)
                sum(isinstance(r, str) for r in replies), sum(isinstance(r, SubCallError) for r in replies)""", others).output()).isEqualTo("(5, 7)\n");
    }

    @Test
    void aPoolThatIsLeftOpenServesLaterCells() throws Exception {
        repl.output("lasting = ThreadPoolExecutor(4)\nfirst = list(lasting.map(llm_query, 'ab'))");
        assertThat(repl.output("first + [lasting.submit(llm_query, 'c').result()]"))
                .isEqualTo("['echo: a', 'echo: b', 'echo: c']");
        assertThat(repl.output("lasting.shutdown()\nlasting.submit(len, '') if False else 'closed'"))
                .isEqualTo("'closed'");
    }

    @Test
    void aPoolOfAStoppedCellEndsItsCallsAndServesLaterCells() throws Exception {
        StubCalls calls = new StubCalls();
        CellResult stopped = repl.run("""
                held = ThreadPoolExecutor(2)
                list(held.map(llm_query, "ab"))
                sleeping = [held.submit(time.sleep, 1000) for _ in range(2)]
                queued = [held.submit(llm_query, f"stale{i}") for i in range(8)]
                while True: pass
                """, Duration.ofSeconds(10), TestRepl.OUTPUT, calls);
        assertThat(stopped.status()).describedAs(stopped.output()).isEqualTo(Status.TIMED_OUT);
        assertThat(stopped.output()).doesNotContain("truffle");
        assertThat(repl.run("list(held.map(llm_query, 'xyz'))", calls).output())
                .isEqualTo("['echo: x', 'echo: y', 'echo: z']\n");
        assertThat(repl.output("{str(f.exception(timeout=5)) for f in as_completed(sleeping + queued)}"))
                .isEqualTo("{'the cell of this call was stopped: submit it again if it is needed'}");
        assertThat(calls.prompts).describedAs("no stale call was made").hasValue(5);
    }

    @Test
    void threadPoolsOfMultiprocessingWork() throws Exception {
        assertThat(repl.output("""
                from multiprocessing.pool import ThreadPool
                with ThreadPool(4) as threads:
                    print(threads.map(llm_query, ["a", "b"]), threads.starmap(pow, [(2, 3), (3, 2)]))
                    print(sorted(threads.imap_unordered(llm_query, "cd")))""")).isEqualTo("""
                        ['echo: a', 'echo: b'] [8, 9]
                        ['echo: c', 'echo: d']""");
        assertThat(repl.run("with ThreadPool(4) as threads:\n    threads.map(time.sleep, [1000] * 8)", SOON)
                        .status())
                .isEqualTo(Status.TIMED_OUT);
        assertThat(repl.output("with ThreadPool(2) as threads:\n    print(threads.map(llm_query, 'e'))"))
                .isEqualTo("['echo: e']");
    }

    @Test
    void aFinalValueOutOfATaskEndsTheRun() throws Exception {
        try (TestRepl ending = new TestRepl(pool.open(List.of()))) {
            CellResult result = ending.run("""
                    import asyncio
                    async def main():
                        FINAL(await asyncio.to_thread(llm_query, "done?"))
                    asyncio.run(main())""");
            assertThat(result.finalValue()).isEqualTo(new FinalValue("echo: done?", "\"echo: done?\""));
        }
    }
}
