package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell.Call;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a REPL in a new worker is the one that was lost. All in one REPL, as one task would, so that the later tests also
 * show that what the earlier ones left is rebuilt again and again.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RebuildTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final String ENDLESS = "import itertools\nsum(itertools.repeat(1))";

    @TempDir
    static Path folder;

    static List<ProcessHandle> others;
    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void open() throws Exception {
        others = ProcessHandle.current().children().toList();
        // Long enough for a cell that obeys, and short for those that must be killed.
        pool = TestRepl.pool(Duration.ofSeconds(3));
        repl = new TestRepl(pool.open(TestRepl.documents(folder, "only", "the text")));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @Test
    @Order(1)
    void anEndlessBuiltInIsKilledAndEverythingElseIsAsBefore() throws Exception {
        StubCalls calls = new StubCalls();
        repl.run("""
                import random, time, datetime, uuid, os, secrets
                from concurrent.futures import ThreadPoolExecutor
                chance = [random.random(), random.Random().random(), uuid.uuid4(), uuid.uuid1(), os.urandom(8)]
                chance += [secrets.token_hex(8), random.SystemRandom().random(), random.sample(range(100), 5)]
                clocks = [time.time(), time.time_ns(), time.monotonic(), time.perf_counter(), time.ctime()]
                clocks += [datetime.datetime.now(), datetime.date.today(), time.localtime(), time.process_time()]
                time.sleep(.2)
                clocks.append(datetime.datetime.now(datetime.timezone.utc))
                words = set("the quick brown fox jumps over the lazy dog".split()) | {f"w{i}" for i in range(50)}
                order = list(words)
                print(chance, clocks, order)
                """, calls);
        repl.run("""
                with ThreadPoolExecutor(8) as pool:
                    replies = list(pool.map(lambda i: llm_query(f"p{i % 5}"), range(20)))
                batch = llm_query_batched(["same", "same", "please fail", "other"])
                left = budget()
                print(replies, batch, left)
                """, calls);
        int asked = calls.prompts.get();
        assertThat(asked).isEqualTo(24);
        repl.run("half = 'done'\nraise ValueError('broken')\nother = 1", calls);
        String before = repl.output("repr((chance, clocks, order, replies, batch, left, half))");

        CellResult killed = repl.run("lost = 1\nchance = []\nprint('seen')\n" + ENDLESS, SOON, 20_000, calls);

        assertThat(killed.status()).describedAs(killed.output()).isEqualTo(Status.KILLED);
        assertThat(killed.output()).startsWith("seen\n");
        assertThat(killed.error())
                .contains("killed at its time limit of 3 s")
                .contains("All variables are as before")
                .contains("printed the same");
        assertThat(repl.output("repr((chance, clocks, order, replies, batch, left, half))"))
                .isEqualTo(before);
        assertThat(repl.output("'lost' in globals(), 'other' in globals(), context"))
                .isEqualTo("(False, False, 'the text')");
        assertThat(calls.prompts).as("nothing is asked twice").hasValue(asked);
    }

    @Test
    @Order(2)
    void exhaustedMemoryIsRebuiltTooAndChanceGoesOnAsIfNothingHadBeen() throws Exception {
        CellResult killed = repl.run("""
                import random
                random.random()
                hoard = []
                while True:
                    try:
                        hoard.append(bytearray(10_000_000))
                    except MemoryError:
                        pass
                """);
        assertThat(killed.status()).describedAs(killed.output()).isEqualTo(Status.KILLED);
        assertThat(killed.error()).contains("memory was exhausted").contains("hold less in memory");
        assertThat(repl.output("half, 'hoard' in globals()")).isEqualTo("('done', False)");
    }

    @Test
    @Order(3)
    void aProcessKilledBetweenCellsIsReplaced() throws Exception {
        String drawn = repl.output("import random, time\nd = random.random()\nt = time.time()\nf'{d} {t}'");
        ProcessHandle worker = ProcessHandle.current()
                .children()
                .filter(child -> child.isAlive() && !others.contains(child))
                .findFirst()
                .orElseThrow();
        worker.destroyForcibly();
        worker.onExit().get();
        CellResult result = repl.run("f'{d} {t}'");
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.output())
                .startsWith("[The sandbox was lost before this cell: its process died. All variables are as before")
                .endsWith("]\n" + drawn + "\n");
    }

    @Test
    @Order(4)
    void whatComesOutDifferentIsNamed() throws Exception {
        // More readings of a clock than are recorded.
        repl.output("""
                import time
                elapsed = sum(time.monotonic_ns() for _ in range(20_000))
                print(elapsed)
                """);
        repl.output("derived = elapsed + 1");
        repl.output("apart = 1");
        assertThat(repl.run("stopped = 1\nwhile True: pass", SOON).status()).isEqualTo(Status.TIMED_OUT);
        CellResult killed = repl.run(ENDLESS, SOON);
        assertThat(killed.status()).describedAs(killed.output()).isEqualTo(Status.KILLED);
        assertThat(killed.error())
                .contains("The other variables are as before")
                .contains("so these may differ: ")
                .containsPattern("may differ: (.*, )?elapsed, derived, stopped\\. Check them");
        assertThat(repl.output("stopped, apart, derived - elapsed")).isEqualTo("(1, 1, 1)");
    }

    @Test
    @Order(5)
    void aValueHandedOverBeforeTheKillCounts() throws Exception {
        CellResult killed = repl.run("try:\n    FINAL({'n': 1})\nexcept BaseException:\n    pass\n" + ENDLESS, SOON);
        assertThat(killed.finalValue()).isEqualTo(new FinalValue("{\n  \"n\": 1\n}", "{\"n\": 1}"));
        assertThat(repl.repl.value("half").text()).isEqualTo("done");
        assertThat(repl.repl.variables()).extracting(Repl.Variable::name).contains("half", "apart");
    }

    @Test
    @Order(6)
    void equalSeedsGiveEqualChanceAndOthersDoNot() throws Exception {
        String draw = "import random, uuid\nrandom.random(), uuid.uuid4(), random.Random().random()";
        try (TestRepl one = new TestRepl(pool.open(List.of(), 5));
                TestRepl same = new TestRepl(pool.open(List.of(), 5));
                TestRepl other = new TestRepl(pool.open(List.of(), 6))) {
            String drawn = one.output(draw);
            assertThat(same.output(draw)).isEqualTo(drawn);
            assertThat(other.output(draw)).isNotEqualTo(drawn);
            assertThat(one.output(draw)).as("the next cell draws anew").isNotEqualTo(drawn);
        }
    }

    @Test
    @Order(7)
    void aReplOfAnEarlierProcessComesBackWithItsChanceClocksAndReplies() throws Exception {
        StubCalls calls = new StubCalls();
        List<PastCell> past = new ArrayList<>();
        String shown = "repr((chance, clocks, order, reply, half))";
        String before;
        try (TestRepl first = new TestRepl(pool.open(List.of(), 5))) {
            past.add(record(first, 1, """
                    import random, time, datetime, uuid, secrets
                    chance = [random.random(), uuid.uuid4(), secrets.token_hex(8), random.sample(range(100), 5)]
                    clocks = [time.time_ns(), time.monotonic(), time.perf_counter(), datetime.datetime.now()]
                    order = list({f"w{i}" for i in range(50)})
                    reply = llm_query("one")
                    print(chance, clocks)
                    """, TestRepl.LIMIT, calls, Map.of(call("one"), new Outcome.Reply("echo: one"))));
            past.add(record(first, 2, "half = 'done'\nraise ValueError('broken')", TestRepl.LIMIT, calls, Map.of()));
            past.add(record(first, 3, "chance = []\n" + ENDLESS, SOON, calls, Map.of()));
            before = first.run(shown, calls).output();
        }
        assertThat(past).extracting(PastCell::status).containsExactly(Status.OK, Status.ERROR, Status.KILLED);
        int asked = calls.prompts.get();
        try (SandboxPool other = TestRepl.pool(0);
                TestRepl resumed = new TestRepl(other.open(List.of(), 5, past))) {
            assertThat(resumed.run(shown, calls).output())
                    .as("the same, and nothing is told of the restart")
                    .isEqualTo(before);
            assertThat(calls.prompts).as("nothing is asked twice").hasValue(asked);
        }
    }

    @Test
    @Order(8)
    void aCellThatNeverEndedAsksTheSameAgainAndItsClocksGoOn() throws Exception {
        String code = """
                import time, datetime
                said = []
                for i in range(3):
                    said.append(llm_query(f"{i} {time.time_ns()} {time.monotonic()} {datetime.datetime.now()}"))
                later = time.time_ns()
                """;
        AskedCalls lost = new AskedCalls();
        try (Repl first = pool.open(List.of(), 5)) {
            first.run(new Repl.Cell(1, code), TestRepl.LIMIT, TestRepl.OUTPUT, lost);
        }
        assertThat(lost.clocks).hasSize(3);
        AskedCalls again = new AskedCalls();
        Repl.Cell begun = Repl.Cell.begun(1, code, lost.clocks.subList(0, 2));
        String shown = "repr((said, later, later > int(said[2].split()[2])))";
        List<PastCell> past = new ArrayList<>();
        String before;
        try (TestRepl second = new TestRepl(pool.open(List.of(), 5))) {
            CellResult result = second.repl.run(begun, TestRepl.LIMIT, TestRepl.OUTPUT, again);
            assertThat(again.asked.subList(0, 2)).isEqualTo(lost.asked.subList(0, 2));
            assertThat(again.asked.getLast()).isNotEqualTo(lost.asked.getLast());
            assertThat(again.clocks).as("only what is new").hasSize(1);
            Map<Call, Outcome> replies = new HashMap<>();
            for (String prompt : again.asked) {
                replies.put(call(prompt), new Outcome.Reply("echo: " + prompt));
            }
            past.add(new PastCell(
                    begun, result.status(), 20_000, result.active(), result.trace(), replies, List.of(), null, 0));
            second.run("pass");
            before = second.output(shown);
        }
        assertThat(before).contains("True)");
        try (TestRepl third = new TestRepl(pool.open(List.of(), 5, past))) {
            third.run("pass");
            assertThat(third.output(shown)).isEqualTo(before);
        }
    }

    @Test
    @Order(9)
    void cellsWhoseFinalValueWasNotTakenArePartOfTheRepl() throws Exception {
        StubCalls calls = new StubCalls();
        List<PastCell> past = new ArrayList<>();
        String shown = "repr((found, answer))";
        String before;
        try (TestRepl first = new TestRepl(pool.open(List.of(), 5))) {
            past.add(record(first, 1, """
                    import time, random
                    found = [time.time_ns(), random.random()]
                    FINAL(found)
                    """, TestRepl.LIMIT, calls, Map.of()));
            past.add(record(first, 2, """
                    found.append(llm_query("one"))
                    answer.update(content="draft", ready=True)
                    """, TestRepl.LIMIT, calls, Map.of(call("one"), new Outcome.Reply("echo: one"))));
            assertThat(past.getFirst().trace().assigned()).contains("found");
            before = first.repl
                    .run(new Repl.Cell(3, shown), TestRepl.LIMIT, TestRepl.OUTPUT, calls)
                    .output();
            assertThat(before).contains("echo: one", "'content': 'draft', 'ready': False");
            CellResult killed = first.repl.run(
                    new Repl.Cell(4, "try:\n    FINAL(5)\nexcept BaseException:\n    pass\n" + ENDLESS),
                    SOON,
                    TestRepl.OUTPUT,
                    calls);
            assertThat(killed.status()).isEqualTo(Status.KILLED);
            assertThat(killed.finalValue()).isEqualTo(new FinalValue("5", "5"));
            CellResult after = first.repl.run(new Repl.Cell(5, shown), TestRepl.LIMIT, TestRepl.OUTPUT, calls);
            assertThat(after.finalValue()).isNull();
            assertThat(after.output()).contains("All variables are as before").endsWith("]\n" + before);
        }
        try (TestRepl resumed = new TestRepl(pool.open(List.of(), 5, past))) {
            CellResult third = resumed.repl.run(new Repl.Cell(3, shown), TestRepl.LIMIT, TestRepl.OUTPUT, calls);
            assertThat(third.output()).isEqualTo(before);
            assertThat(third.finalValue()).isNull();
            assertThat(resumed.run("FINAL(len(found))").finalValue()).isEqualTo(new FinalValue("3", "3"));
        }
    }

    /** Remembers what it was asked and told. */
    private static final class AskedCalls extends StubCalls {
        final List<String> asked = new ArrayList<>();
        final List<String> clocks = new ArrayList<>();

        @Override
        public List<Outcome> query(List<String> prompts) throws InterruptedException {
            asked.addAll(prompts);
            return super.query(prompts);
        }

        @Override
        public void clocksSaid(String said) {
            clocks.add(said);
        }
    }

    private static PastCell record(
            TestRepl repl, int number, String code, Duration limit, HostCalls calls, Map<Call, Outcome> replies)
            throws Exception {
        Repl.Cell cell = new Repl.Cell(number, code);
        CellResult result = repl.repl.run(cell, limit, 20_000, calls);
        return new PastCell(
                cell, result.status(), 20_000, result.active(), result.trace(), replies, List.of(), null, 0);
    }

    private static Call call(String prompt) throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(prompt.getBytes(StandardCharsets.UTF_8));
        return new Call(HexFormat.of().formatHex(hash), 1);
    }
}
