package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What code in a real worker publishes, and what it reads of its earlier turns. */
final class LongRunReplTest {

    private static final String TURNS =
            "[{\"turn\": 1, \"written\": \"Hm.\", \"cells\": [{\"cell\": 1, \"code\": \"x\", \"output\": \"y\"}]}]";

    @TempDir
    private static Path folder;

    private static SandboxPool pool;
    private static List<SandboxDocument> documents;
    private static TestRepl root;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        documents = TestRepl.documents(folder, "a.txt", "some text");
        root = new TestRepl(pool.open(documents));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Takes what is published, but no text, and knows one turn. */
    private static final class Publisher extends StubCalls {
        final List<FinalValue> published = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Outcome publish(FinalValue value) {
            published.add(value);
            return value.json().startsWith("\"") ? new Outcome.Failure("No text, please.") : new Outcome.Reply("");
        }

        @Override
        public Outcome history() {
            return new Outcome.Reply(TURNS);
        }
    }

    @Test
    void aPublishedValueIsToldAtOnceAndTheCellGoesOn() throws Exception {
        Publisher calls = new Publisher();
        CellResult result = root.run("publish({'n': {3, 1}})\nprint('on')\npublish(2)", calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.OK);
        assertThat(result.output()).isEqualTo("on\n");
        assertThat(result.finalValue()).isNull();
        assertThat(calls.published).extracting(FinalValue::json).containsExactly("{\"n\": [1, 3]}", "2");
    }

    @Test
    void aValueThatIsNotTakenRaisesWhatIsWrong() throws Exception {
        CellResult result = root.run("publish('seven')", new Publisher());
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.error()).isEqualTo("ValueError: No text, please.");
    }

    @Test
    void codeThatPublishesOnAndOnIsStoppedBySentence() throws Exception {
        Publisher calls = new Publisher();
        CellResult result = root.run("while True: publish(1)", calls);
        assertThat(result.error()).contains("100 values were published in this cell");
        assertThat(calls.published).hasSize(100);
    }

    @Test
    void nothingIsPublishedAfterTheEnd() throws Exception {
        Publisher calls = new Publisher();
        CellResult result = root.run("try:\n    FINAL(1)\nexcept BaseException:\n    publish(2)", calls);
        assertThat(result.finalValue()).isEqualTo(new FinalValue("1", "1"));
        assertThat(calls.published).isEmpty();
    }

    @Test
    void historyIsAListOfTheTurnsBefore() throws Exception {
        CellResult result = root.run(
                "print(len(history), history[-1]['cells'][0]['output'], [t['written'] for t in history])",
                new Publisher());
        assertThat(result.output()).isEqualTo("1 y ['Hm.']\n");
        assertThat(root.output("'history' in SHOW_VARS()")).isEqualTo("False");
    }

    @Test
    void aVariableOfThatNameStays() throws Exception {
        try (TestRepl other = new TestRepl(pool.open(documents))) {
            other.output("history = [5]");
            assertThat(other.output("history")).isEqualTo("[5]");
            assertThat(other.repl.variables()).extracting(Repl.Variable::name).containsExactly("history");
        }
    }

    @Test
    void inAnotherProcessNothingIsPublishedAgainAndTheTurnsAreTheSame() throws Exception {
        Repl.Cell cell = new Repl.Cell(
                1,
                "kept = [t['written'] for t in history]\npublish(1)\ntry:\n    publish('a')\nexcept ValueError as e:\n    kept.append(str(e))\nprint(kept)");
        PastCell past;
        try (Repl first = pool.open(documents, 3)) {
            CellResult result = first.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, new Publisher());
            past = new PastCell(
                    cell,
                    result.status(),
                    TestRepl.OUTPUT,
                    result.active(),
                    result.trace(),
                    Map.of(
                            PastCell.history(), new Outcome.Reply(TURNS),
                            PastCell.publication(1), new Outcome.Reply(""),
                            PastCell.publication(2), new Outcome.Failure("No text, please.")),
                    List.of(),
                    null,
                    0);
        }
        Publisher calls = new Publisher();
        try (Repl second = pool.open(documents, 3, List.of(past))) {
            CellResult result = second.run(new Repl.Cell(2, "print(kept)"), TestRepl.LIMIT, TestRepl.OUTPUT, calls);
            assertThat(result.output()).isEqualTo("['Hm.', 'No text, please.']\n");
        }
        assertThat(calls.published).isEmpty();
    }
}
