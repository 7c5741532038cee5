package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.worker.Siblings.Hosted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several REPLs in one interpreter: each has its own of everything, and they share only the text. */
@Tag("slow")
class SiblingsTest extends AmongSiblings {
    private List<Hosted> children(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            var _ = siblings.child();
        }
        return siblings.children;
    }

    @Test
    void theWholeTextIsTheSameObjectAndNothingIsCopied() throws Exception {
        siblings.root.output("import json\njson.probe = context");
        assertThat(siblings.child().output("import json\njson.probe is context, context is documents[0]._context"))
                .isEqualTo("(True, True)");
    }

    @Test
    void aChildSeesItsSliceOnlyWithPlacesOfItsOwn() throws Exception {
        int start = Integer.parseInt(siblings.root.output("context.index('second line')"));
        Hosted child = siblings.child(start, start + 19);
        assertThat(child.output("context")).isEqualTo("'second line\\nthird 😀'");
        assertThat(child.output("[(d.name, d.text == context, d.start, d.end) for d in documents]"))
                .isEqualTo("[('one.txt', True, 0, 19)]");
        assertThat(child.output(
                        "found = grep('😀')\nfound[0].start, context[found[0].start : found[0].end], len(found)"))
                .isEqualTo("(18, '😀', 1)");
        assertThat(child.output("len(grep('first')), len(grep('of the second'))"))
                .isEqualTo("(0, 0)");
        Hosted grandchild = siblings.child(child, List.of(new Frame.Range(12, 19)));
        assertThat(grandchild.output("context, documents[0].text, len(context)"))
                .isEqualTo("('third 😀', 'third 😀', 7)");
    }

    @Test
    void aChildSearchesItsSliceOnlyWithPlacesOfItsOwn() throws Exception {
        int start = Integer.parseInt(siblings.root.output("context.index('second line')"));
        Hosted child = siblings.child(start, start + 19);
        assertThat(child.output("[(p.document, p.line, p.start, p.end, p.text) for p in search('line second third')]"))
                .isEqualTo("[('one.txt', 1, 0, 19, 'second line\\nthird 😀')]");
        assertThat(child.output("search('first'), len(search('😀 third'))")).isEqualTo("([], 1)");
        Hosted grandchild = siblings.child(child, List.of(new Frame.Range(12, 19)));
        assertThat(grandchild.output("[(p.line, p.text) for p in search('third line')]"))
                .isEqualTo("[(1, 'third 😀')]");
        Hosted header = siblings.child(0, 10);
        assertThat(header.output("context, search('Document one')")).isEqualTo("('===== Docu', [])");
    }

    @Test
    void threadsOfSeveralReplsSearchAtOnce() throws Exception {
        List<Future<CellEnded>> cells = new ArrayList<>();
        for (Hosted child : children(6)) {
            cells.add(child.start("""
                    from concurrent.futures import ThreadPoolExecutor
                    with ThreadPoolExecutor(8) as threads:
                        print([len(found) for found in threads.map(search, ["line", "third 😀", "nowhere"] * 8)])\
                    """));
        }
        for (Future<CellEnded> cell : cells) {
            assertThat(Siblings.ended(cell.get(120, TimeUnit.SECONDS)))
                    .isEqualTo("[" + String.join(", ", Collections.nCopies(8, "1, 1, 0")) + "]");
        }
    }

    @Test
    void severalSlicesAreJoinedWithHeaders() throws Exception {
        int second = Integer.parseInt(siblings.root.output("documents[1].start"));
        int first = Integer.parseInt(siblings.root.output("documents[0].start"));
        Hosted child = siblings.child(
                siblings.root, List.of(new Frame.Range(second, second + 6), new Frame.Range(first + 6, first + 12)));
        assertThat(child.output("[(d.name, d.text) for d in documents]"))
                .isEqualTo("[('two.txt', 'of the'), ('one.txt', 'line 😀')]");
        assertThat(child.output("print(context)"))
                .isEqualTo("===== Document 1 of 2: two.txt =====\nof the\n"
                        + "===== Document 2 of 2: one.txt =====\nline 😀");
    }

    @Test
    void aSliceBeyondTheContextIsRefusedWithASentence() throws Exception {
        Hosted child = siblings.unopened();
        long length = siblings.length();
        for (Frame.Range range : List.of(
                new Frame.Range(0, length + 1),
                new Frame.Range(-1, 2),
                new Frame.Range(3, 2),
                new Frame.Range(0, Long.MAX_VALUE))) {
            assertThat(child.on(() -> child.repl.open(siblings.root.repl, List.of(range))))
                    .isInstanceOfSatisfying(
                            Frame.Refused.class,
                            refused -> assertThat(refused.reason()).startsWith("The context has "));
        }
        assertThat(child.on(() -> child.repl.open(siblings.root.repl, List.of(new Frame.Range(length, length)))))
                .isEqualTo(new Frame.Opened(child.number, 0));
        assertThat(child.output("context")).isEqualTo("''");
    }

    @Test
    void eightAtATimeMixNothing() throws Exception {
        String cell = """
                import random, threading, time
                from concurrent.futures import ThreadPoolExecutor
                mine = []
                def work(i):
                    for _ in range(20):
                        mine.append((me, i))
                        print(f"{me} thread {i}\\n", end="")
                        time.sleep(0.001)
                with ThreadPoolExecutor(4) as pool:
                    list(pool.map(work, range(4)))
                drawn = [random.random() for _ in range(50)]
                print(me, sorted(set(mine)) == [(me, i) for i in range(4)], len(mine), "kept" in globals())
                """;
        List<Hosted> all = children(8);
        List<Future<CellEnded>> running = all.stream()
                .map(child -> child.start("me = " + child.number + "\n" + cell))
                .toList();
        List<String> draws = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String me = String.valueOf(all.get(i).number);
            String output = Siblings.ended(running.get(i).get(120, TimeUnit.SECONDS));
            assertThat(output.lines()).hasSize(81).allMatch(line -> line.startsWith(me + " "));
            assertThat(output).endsWith(me + " True 80 False");
            draws.add(all.get(i).output("drawn"));
        }
        assertThat(draws).as("each draws from its own chance").doesNotHaveDuplicates();
    }

    @Test
    void chanceIsThatOfASeedWhoeverElseDraws() throws Exception {
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        String draw = "import random\nrandom.seed(5)\nprint([random.random() for _ in range(3)])";
        Future<CellEnded> drawing = other.start("import random\nfor _ in range(20_000): random.random()");
        String drawn = one.output(draw);
        Siblings.ended(drawing.get(120, TimeUnit.SECONDS));
        assertThat(other.output(draw)).isEqualTo(drawn);
        assertThat(one.output("import random\nrandom.random()"))
                .as("what was seeded goes on")
                .isEqualTo(other.output("import random\nrandom.random()"));
        assertThat(one.output("import random\nrandom.choice('abc'), random.randint(1, 1), random.Random(3).random()"))
                .startsWith("('");
    }

    @Test
    void aClockThatIsRunAgainSaysWhatItSaidInItsOwnReplOnly() throws Exception {
        Hosted child = siblings.child();
        String code = "import time\nfrom datetime import datetime\ntold = time.time(), datetime.now()\nprint(told)";
        CellEnded first = child.run(code);
        Hosted again = siblings.child();
        CellEnded second = again.on(() -> again.repl.run(new Frame.Run(
                again.number, 1, 1, code, 20_000, 0, 0, first.traces().clocks())));
        assertThat(second.output()).isEqualTo(first.output());
        assertThat(child.output(code)).isNotEqualTo(Siblings.ended(first));
    }

    @Test
    void outputThatOneRedirectsIsNotTakenFromAnother() throws Exception {
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        Future<CellEnded> redirecting = one.start("""
                import contextlib, io, json, sys, time
                own, direct = io.StringIO(), io.StringIO()
                def wait_for_outside(times):
                    while getattr(json, "outside", 0) < times: time.sleep(0.01)
                with contextlib.redirect_stdout(own):
                    print("inside")
                    wait_for_outside(2)
                    print("inside", sys.stdout is own)
                sys.stdout = direct
                print("direct")
                wait_for_outside(4)
                sys.stdout = sys.__stdout__
                print([own.getvalue(), direct.getvalue()])
                """);
        StringBuilder printed = new StringBuilder();
        while (!redirecting.isDone()) {
            printed.append(other.output("""
                    import json
                    json.outside = getattr(json, "outside", 0) + 1
                    print("outside")
                    """)).append('\n');
        }
        assertThat(printed.toString().lines()).hasSizeGreaterThan(2).containsOnly("outside");
        assertThat(Siblings.ended(redirecting.get())).isEqualTo("['inside\\ninside True\\n', 'direct\\n']");
    }

    @Test
    void classesOfEachMainModuleAreFound() throws Exception {
        String code = """
                import dataclasses, pickle, typing
                @dataclasses.dataclass
                class Row:
                    name: "str"
                    count: typing.ClassVar["int"] = %d
                print(pickle.loads(pickle.dumps(Row("a"))) == Row("a"), Row.count, __name__, __import__("__main__").Row is Row)
                """;
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        assertThat(one.output(code.formatted(1))).isEqualTo("True 1 __main__ True");
        assertThat(other.output(code.formatted(2))).isEqualTo("True 2 __main__ True");
        assertThat(one.output("pickle.loads(pickle.dumps(Row('b'))).count")).isEqualTo("1");
        assertThat(siblings.root.run("Row").error()).startsWith("NameError");
    }

    @Test
    void tracebacksShowTheLinesOfTheirOwnCell() throws Exception {
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        one.output("def fails():\n    return 1 / 0");
        other.output("def fails():\n    return [][5]");
        assertThat(one.run("fails()").output().text()).contains("return 1 / 0").doesNotContain("[][5]");
        assertThat(other.run("fails()").output().text())
                .contains("return [][5]")
                .doesNotContain("1 / 0");
    }

    @Test
    void eventLoopsRunSideBySide() throws Exception {
        List<Future<CellEnded>> running =
                children(3).stream().map(child -> child.start("""
                        import asyncio
                        async def slow(i):
                            await asyncio.sleep(0.05)
                            return await asyncio.to_thread(lambda: i * 2)
                        first = await slow(1)
                        first, await asyncio.gather(slow(3), slow(4))
                        """)).toList();
        for (Future<CellEnded> each : running) {
            assertThat(Siblings.ended(each.get(120, TimeUnit.SECONDS))).isEqualTo("(2, [6, 8])");
        }
        assertThat(siblings.children.getFirst().output("asyncio.run(slow(5))")).isEqualTo("10");
    }

    @Test
    void aFinalValueEndsItsOwnReplOnly() throws Exception {
        Hosted child = siblings.child();
        CellEnded end = child.run("FINAL('of the child')");
        assertThat(end.value()).isEqualTo(new Frame.Value("of the child", "\"of the child\""));
        CellEnded other = siblings.child().run("answer['content'] = 'x'\nprint(answer)");
        assertThat(other.value()).isNull();
        assertThat(siblings.root.run("kept").value()).isNull();
    }

    @Test
    void whatOneSpoilsIsThereAgainForAnother() throws Exception {
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        one.run("import json\njson.dumps = None\nFINAL.__globals__['_runs'].sessions.clear()");
        one.run("FINAL.__globals__.clear()");
        assertThat(other.output("import json\njson.dumps([context[:5]])")).isEqualTo("'[\"=====\"]'");
        assertThat(one.output("SHOW_VARS()")).isEqualTo("no variables yet");
    }

    @Test
    void threadsAreBoundedOverAllRepls() throws Exception {
        Hosted one = siblings.child();
        Hosted other = siblings.child();
        one.output("""
                import threading
                release = threading.Event()
                for _ in range(250): threading.Thread(target=release.wait).start()
                """);
        assertThat(other.run(
                                "import threading\nfor _ in range(10): threading.Thread(target=threading.Event().wait).start()")
                        .error())
                .startsWith("RuntimeError: 256 threads are running");
        one.output("release.set()");
    }

    @Test
    void closingFreesWhatTheReplHeld() throws Exception {
        siblings.root.output("import gc, json, weakref\njson.probes = []");
        for (int i = 0; i < 3; i++) {
            Hosted child = siblings.child();
            child.output("""
                    import asyncio, json, threading, weakref
                    from concurrent.futures import ThreadPoolExecutor
                    class Held: pass
                    held = Held()
                    held.big = bytearray(10_000_000)
                    json.probes.append(weakref.ref(held))
                    pool = ThreadPoolExecutor(2)
                    pool.submit(len, "a").result()
                    threading.Thread(target=threading.Event().wait, daemon=True).start()
                    await asyncio.to_thread(len, "a")
                    def uses(): return held
                    """);
            assertThat(siblings.root.output("json.probes[-1]() is None")).isEqualTo("False");
            child.close();
        }
        // A thread that was stopped may still be on its way out.
        await().pollInSameThread()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(
                                siblings.root.output("gc.collect()\n[probe() is None for probe in json.probes]"))
                        .isEqualTo("[True, True, True]"));
        assertThat(siblings.root.output("import linecache\n[name for name in linecache.cache if 'of REPL' in name]"))
                .isEqualTo("[]");
    }

    @Test
    void manyAreOpenAtATime() throws Exception {
        List<Hosted> all = children(20);
        List<Future<CellEnded>> running =
                all.stream().map(child -> child.start("x = " + child.number)).toList();
        for (Future<CellEnded> each : running) {
            Siblings.ended(each.get(120, TimeUnit.SECONDS));
        }
        assertThat(IntStream.range(0, 20).allMatch(i -> {
                    try {
                        return all.get(i).output("x").equals(String.valueOf(all.get(i).number));
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .isTrue();
    }
}
