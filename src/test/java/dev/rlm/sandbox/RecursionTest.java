package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.journal.Payload;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.ChildContext.Slices;
import dev.rlm.sandbox.ChildContext.Text;
import dev.rlm.sandbox.ChildContext.Texts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code rlm_query} and {@code rlm_query_batched} ask of the server; in a real worker. */
@Tag("slow")
class RecursionTest {
    private static final String FIRST = "😀 first\n".repeat(100);
    private static final String SECOND = "second\n".repeat(100);

    @TempDir
    static Path folder;

    static SandboxPool pool;
    static List<SandboxDocument> documents;
    static TestRepl root;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        documents = TestRepl.documents(folder, "a.txt", FIRST, "b.txt", SECOND);
        root = new TestRepl(pool.open(documents));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Remembers the questions, which are answered with themselves. */
    private static final class Asked extends StubCalls {
        final List<ChildQuestion> questions = Collections.synchronizedList(new ArrayList<>());
        final List<String> asked = Collections.synchronizedList(new ArrayList<>());
        private final int levels;

        Asked(int levels) {
            this.levels = levels;
        }

        @Override
        public List<Outcome> ask(List<ChildQuestion> asked) {
            questions.addAll(asked);
            return asked.stream()
                    .<Outcome>map(question -> question.text().contains("fail")
                            ? new Outcome.Failure("the child failed")
                            : new Outcome.Reply("child: " + question.text()))
                    .toList();
        }

        @Override
        public List<Outcome> query(List<String> prompts) throws InterruptedException {
            asked.addAll(prompts);
            return super.query(prompts);
        }

        @Override
        public int levels() {
            return levels;
        }
    }

    private static Asked asked(String code) throws Exception {
        Asked calls = new Asked(1);
        CellResult result = root.run(code, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.OK);
        return calls;
    }

    @Test
    void aPartOfTheContextIsHandedOnWithoutItsText() throws Exception {
        Asked calls = asked("assert rlm_query('What?', context[40:700]) == 'child: What?'");
        ChildQuestion question = calls.questions.getFirst();
        assertThat(question.text()).isEqualTo("What?");
        assertThat(question.context()).isEqualTo(new Slices(List.of(new Slice(40, 700))));
        assertThat(question.about().characters()).isEqualTo(660);
        assertThat(question.about().first()).extracting(DocumentFacts::name).containsExactly("a.txt");
        assertThat(question.about().preview()).contains("😀 first\n").hasSizeLessThanOrEqualTo(500);
    }

    @Test
    void withoutAContextAChildGetsAllOfIt() throws Exception {
        Asked calls = asked("size = len(context)\nrlm_query('What?')\nrlm_query('What?', context)");
        assertThat(calls.questions).hasSize(2);
        ChildQuestion question = calls.questions.getFirst();
        assertThat(calls.questions.getLast()).isEqualTo(question);
        assertThat(question.context())
                .isEqualTo(new Slices(List.of(new Slice(0, question.about().characters()))));
        assertThat(question.about().documents()).isEqualTo(2);
        assertThat(question.about().first())
                .containsExactly(
                        new DocumentFacts("a.txt", FIRST.codePoints().count(), 101),
                        new DocumentFacts("b.txt", SECOND.length(), 101));
    }

    @Test
    void documentsAreHandedOnWithoutTheirTexts() throws Exception {
        Asked calls = asked("""
                a, b = documents
                rlm_query_batched("What?", documents)
                rlm_query("Both?", [b, a])
                """);
        assertThat(calls.questions).hasSize(3);
        Slice a = place(0);
        Slice b = place(1);
        assertThat(calls.questions)
                .map(ChildQuestion::context)
                .containsExactly(new Slices(List.of(a)), new Slices(List.of(b)), new Slices(List.of(b, a)));
    }

    private static Slice place(int document) throws Exception {
        return new Slice(
                Long.parseLong(root.output("print(documents[%d].start)".formatted(document))),
                Long.parseLong(root.output("print(documents[%d].end)".formatted(document))));
    }

    @Test
    void textsThatAreNoPartOfTheContextAreSent() throws Exception {
        Asked calls = asked("""
                rlm_query("What?", "short")
                rlm_query("What?", {"one": "x" * 300, "two": documents[1]})
                rlm_query("What?", ["y", context[0:300]])
                """);
        assertThat(calls.questions.get(0).context()).isEqualTo(new Texts(List.of(new Text("text", "short"))));
        assertThat(calls.questions.get(1).context())
                .isEqualTo(new Texts(List.of(new Text("one", "x".repeat(300)), new Text("b.txt", SECOND))));
        assertThat(((Texts) calls.questions.get(2).context()).texts())
                .map(Text::name)
                .containsExactly("part 1", "part 2");
        assertThat(calls.questions.get(1).about().documents()).isEqualTo(2);
    }

    @Test
    void aChildWithoutAnAnswerIsAnErrorAloneAndASlotInABatch() throws Exception {
        asked("""
                try:
                    rlm_query("fail")
                except SubCallError as error:
                    assert str(error) == "the child failed"
                answers = rlm_query_batched(["one", "fail", "two"], [context[0:300]] * 3)
                assert answers[0] == "child: one" and answers[2] == "child: two"
                assert isinstance(answers[1], SubCallFailure) and answers[1] == "ERROR: the child failed"
                assert rlm_query_batched([]) == []
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rlm_query(['a'])|rlm_query takes one question as a str, not list: use rlm_query_batched for several",
                "rlm_query(' ')|the question is empty: write what the child shall find out",
                "rlm_query('x' * 30_000)|ask in at most 20,000, and pass the text as context",
                "rlm_query('x', 7)|a context is a str, a document or a list of these, not int",
                "rlm_query('x', [])|the context has no parts",
                "rlm_query('x', ['a'] * 20_000)|the context has 20,000 parts: join some of them",
                "rlm_query('x', 'y' * 20_000_000)|at most 15,000,000 can be sent at once",
                "rlm_query_batched('x')|a list of questions, or one question and a list of contexts",
                "rlm_query_batched(['x'], 'y')|takes a list of contexts, one for each question",
                "rlm_query_batched(['x'], ['y', 'z'])|1 questions need as many contexts, not 2",
                "rlm_query_batched(['x', 5])|questions[1] must be a str, not int",
                "rlm_query_batched(['x'] * 5_000)|5,000 questions are more than 1,000"
            })
    void badInputIsToldInASentence(String code, String told) throws Exception {
        Asked calls = new Asked(1);
        CellResult result = root.run(code, calls);
        assertThat(result.status()).isEqualTo(CellResult.Status.ERROR);
        assertThat(result.error()).contains(told);
        assertThat(calls.questions).isEmpty();
    }

    @Test
    void withoutALevelOfChildrenTheSubModelReadsTheContextItself() throws Exception {
        Asked calls = new Asked(0);
        CellResult result = root.run("""
                print(rlm_query("What?", "short"))
                answers = rlm_query_batched("Which?", [documents[1], "z" * 500_000, ["p", "q"]])
                print(answers[1])
                """, calls);
        assertThat(calls.questions).isEmpty();
        assertThat(calls.asked).containsExactly("What?\n\nshort", "Which?\n\n" + SECOND, "Which?\n\np\n\nq");
        assertThat(result.output())
                .containsOnlyOnce("there is no further level of children, so the sub-model reads each context itself")
                .contains("echo: What?")
                .contains("ERROR: The context has 500,000 characters, which is too much for one prompt");
    }

    @Test
    void inAnotherProcessChildrenAnswerAsTheyDid() throws Exception {
        String code = "told = rlm_query('What?', context[0:500])\nprint(told)";
        Asked live = new Asked(1);
        Repl.Cell cell = new Repl.Cell(1, code);
        PastCell past;
        try (Repl first = pool.open(documents, 3)) {
            CellResult result = first.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, live);
            PastCell.Call call =
                    new PastCell.Call(Payload.sha256(live.questions.getFirst().identity()), 1);
            past = new PastCell(
                    cell,
                    result.status(),
                    TestRepl.OUTPUT,
                    result.active(),
                    result.trace(),
                    Map.of(call, new HostCalls.Outcome.Reply("child: What?")),
                    List.of(),
                    null,
                    1);
        }
        Asked asked = new Asked(1);
        try (Repl second = pool.open(documents, 3, List.of(past))) {
            CellResult result = second.run(new Repl.Cell(2, "print(told)"), TestRepl.LIMIT, TestRepl.OUTPUT, asked);
            assertThat(result.output()).isEqualTo("child: What?\n");
        }
        assertThat(asked.questions).isEmpty();
    }

    @Test
    void aChildOfAnEarlierProcessIsOpenedWithWhatItHadDone() throws Exception {
        Slices slice = new Slices(List.of(new Slice(0, 7)));
        Repl.Cell cell =
                new Repl.Cell(1, "import random\nfound = [context, random.random(), llm_query('x')]\nprint(found)");
        PastCell past;
        String printed;
        try (Repl child = root.repl.child(slice, 5, List.of())) {
            CellResult result = child.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, new StubCalls());
            printed = result.output();
            past = new PastCell(
                    cell,
                    result.status(),
                    TestRepl.OUTPUT,
                    result.active(),
                    result.trace(),
                    Map.of(new PastCell.Call(Payload.sha256("x"), 1), new HostCalls.Outcome.Reply("echo: x")),
                    List.of(),
                    null,
                    0);
        }
        StubCalls none = new StubCalls();
        try (Repl again = root.repl.child(slice, 5, List.of(past))) {
            CellResult result = again.run(new Repl.Cell(2, "print(found)"), TestRepl.LIMIT, TestRepl.OUTPUT, none);
            assertThat(result.output()).isEqualTo(printed).contains("'echo: x'");
        }
        assertThat(none.prompts).hasValue(0);
    }
}
