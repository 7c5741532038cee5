package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellObservations.Citation;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.ChildContext.Slices;
import dev.rlm.sandbox.ChildContext.Text;
import dev.rlm.sandbox.ChildContext.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cells tell of the context that they read, search and cite; in a real worker. */
@Tag("slow")
class EvidenceOfCellsTest {
    private static final String FIRST = lines("😀 first", 100);
    private static final String SECOND = lines("second", 300);
    private static final int WHOLE = FIRST.length();

    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl root;

    private static String lines(String what, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> what + " line " + i + " about " + Integer.toHexString(i * 0x9e3779b1))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        root = new TestRepl(pool.open(TestRepl.documents(folder, "a.txt", FIRST, "b.txt", SECOND)));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Remembers what is told. */
    private static final class Told extends StubCalls {
        final List<PromptParts> located = Collections.synchronizedList(new ArrayList<>());
        final List<CellObservations> observed = Collections.synchronizedList(new ArrayList<>());

        @Override
        public List<Outcome> query(Prompts prompts) throws InterruptedException {
            located.addAll(prompts.located());
            return query(prompts.texts());
        }

        @Override
        public void observed(CellObservations observations) {
            observed.add(observations);
        }
    }

    private static Told run(String code) throws Exception {
        return run(root, code);
    }

    private static Told run(TestRepl repl, String code) throws Exception {
        Told told = new Told();
        CellResult result = repl.run(code, told);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.OK);
        return told;
    }

    @Test
    void promptsTellWhichPartsOfDocumentsTheyHold() throws Exception {
        Told told = run("""
            half = len(documents[1].text) // 2
            replies = llm_query_batched([
                "Read: " + documents[0].text,
                "Read:\\n" + context,
                "Read: " + documents[1].text[:half].replace("\\n", " "),
                "Nothing of it"])\
            """);
        assertThat(told.located).hasSize(4);
        assertThat(told.located.get(0).parts()).containsExactly(new ContextPart(0, 0, 0, WHOLE));
        assertThat(told.located.get(1).parts()).containsExactly(new ContextPart(0, 0, 1, SECOND.length()));
        assertThat(told.located.get(2).parts()).hasSize(1).first().satisfies(part -> {
            assertThat(part.document()).isEqualTo(1);
            assertThat(part.start()).isZero();
            assertThat(part.end()).isBetween(SECOND.length() / 2 - 1, SECOND.length() / 2 + 1);
        });
        assertThat(told.located.get(3)).isEqualTo(new PromptParts(List.of(), true));
        assertThat(told.observed).isEmpty();
    }

    @Test
    void aChildsPromptsTellOfTheTasksContextWhereverItsOwnComesFrom() throws Exception {
        String text = SECOND.substring(0, 3_000);
        try (TestRepl slice = new TestRepl(root.repl.child(new Slices(List.of(new Slice(50, 1_000))), 1, List.of()));
                TestRepl own = new TestRepl(root.repl.child(new Texts(List.of(new Text("own", text))), 1, List.of()))) {
            assertThat(run(slice, "reply = llm_query('Read: ' + context)")
                            .located
                            .getFirst()
                            .parts())
                    .hasSize(1)
                    .first()
                    .satisfies(part -> assertThat(part.document()).isZero());
            assertThat(run(own, "reply = llm_query('Read: ' + context)")
                            .located
                            .getFirst()
                            .parts())
                    .hasSize(1)
                    .first()
                    .satisfies(part -> {
                        assertThat(part.document()).isEqualTo(1);
                        assertThat(part.start()).isZero();
                        assertThat(part.end()).isBetween(2_999, 3_001);
                    });
        }
    }

    @Test
    void aChildsCitationsOfTheTasksContextAreOfItsDocumentsAndLines() throws Exception {
        String text = SECOND.substring(SECOND.indexOf("second line 40 "), SECOND.indexOf("second line 80 "));
        int end = FIRST.codePointCount(0, FIRST.length());
        try (TestRepl slice = new TestRepl(root.repl.child(new Slices(List.of(new Slice(500, end))), 1, List.of()));
                TestRepl own = new TestRepl(root.repl.child(
                        new Texts(List.of(new Text("own", text), new Text("other", "Nobody wrote this in the task."))),
                        1,
                        List.of()))) {
            Told ofSlice = run(slice, """
                cited = cite('first line 50 ')
                assert cited.quote == context[cited.start:cited.end] and cited.line == 51, repr(cited)\
                """);
            assertThat(ofSlice.observed.getFirst().citations())
                    .containsExactly(new Citation("a.txt", 51, 51, "first line 50 ", false));
            Told ofOwn = run(own, """
                assert (cite('second line 50 ').document, cite('second line 50 ').line) == ('own', 11)
                assert cite('Nobody wrote').document == 'other'\
                """);
            assertThat(ofOwn.observed.getFirst().citations())
                    .containsExactly(new Citation("b.txt", 51, 51, "second line 50 ", false));
        }
    }

    @Test
    void whatIsPrintedAndWhatGrepWentThroughIsTold() throws Exception {
        Told told = run("""
            found = grep("line 7 ", documents="b.txt")
            print(documents[0].text[:500])\
            """);
        CellObservations observed = told.observed.getFirst();
        assertThat(observed.scanned()).containsExactly(new ContextPart(1, 0, 1, SECOND.length()));
        assertThat(observed.shown()).hasSize(1).first().satisfies(part -> {
            assertThat(part.document()).isZero();
            assertThat(part.start()).isZero();
            assertThat(part.end()).isGreaterThan(450);
        });
        ContextPart first = run("found = grep('line', max_matches=1)")
                .observed
                .getFirst()
                .scanned()
                .getFirst();
        assertThat(first.end()).as("grep went no further than its last match").isLessThan(20);
    }

    @Test
    void whatSearchWentThroughIsTold() throws Exception {
        CellObservations all =
                run("found = search('\"second line 7\"', k=5, documents='b.txt')\nassert len(found) == 1")
                        .observed
                        .getFirst();
        assertThat(all.scanned())
                .as("all that has a word was returned")
                .containsExactly(new ContextPart(1, 0, 1, SECOND.length()));
        Told some = run("found = search('line about', k=2, documents='b.txt')\nassert found.truncated");
        assertThat(some.observed.getFirst().scanned()).hasSizeBetween(1, 2).allSatisfy(part -> {
            assertThat(part.document()).isEqualTo(1);
            assertThat(part.end() - part.start())
                    .as("only the passages that were returned")
                    .isLessThan(2_900);
        });
    }

    @Test
    void citationsAreWhatTheContextHas() throws Exception {
        Told told = run("""
            quote = documents[1].text.splitlines()[4][3:20]
            by_quote = cite(quote)
            by_match = cite(grep("first line 9 ")[0])
            by_place = cite((documents[1].start, documents[1].start + 60))
            whole = cite(documents[0])
            assert cite(by_quote) == by_quote and cite(quote, "b.txt") == by_quote
            assert by_quote.quote == quote and context[by_quote.start:by_quote.end] == quote
            assert by_match.quote == documents[0].text.splitlines()[9], by_match.quote
            assert (by_match.document, by_match.line, by_match.last_line) == ("a.txt", 10, 10)
            assert (by_place.line, by_place.last_line) == (1, 3)
            assert str(by_quote) == f'[b.txt:5] "{quote}"', str(by_quote)
            assert len(repr(whole)) < 200 and (whole.line, whole.last_line) == (1, 100)\
            """);
        List<Citation> citations = told.observed.getFirst().citations();
        assertThat(citations).hasSize(4);
        assertThat(citations.getFirst()).satisfies(citation -> {
            assertThat(citation.document()).isEqualTo("b.txt");
            assertThat(citation.line()).isEqualTo(5);
            assertThat(citation.cut()).isFalse();
        });
        assertThat(citations.getLast()).satisfies(citation -> {
            assertThat(citation.quote()).hasSizeLessThanOrEqualTo(2_000).startsWith("😀 first line 0");
            assertThat(citation.lastLine()).isEqualTo(100);
            assertThat(citation.cut()).isTrue();
        });
    }

    @Test
    void whatTheContextDoesNotHaveCannotBeCited() throws Exception {
        Told told = run("""
            def error(*arguments):
                try:
                    return cite(*arguments)
                except (ValueError, TypeError) as e:
                    return f"{type(e).__name__}: {e}"
            line = documents[1].text.splitlines()[8]
            problems = [error(each) for each in (line[:30] + " never there", "x", (5, 5), (0, len(context) + 1), 7, " ",
                (0, len(context)), documents[0].text[-25:] + documents[1].text[:9])] + [error("first line 3 ", "b.txt")]
            for problem in problems:
                print(problem)\
            """);
        assertThat(told.observed)
                .allSatisfy(each -> assertThat(each.citations()).isEmpty());
        String[] problems = root.output("print('\\n'.join(problems))").split("\n");
        assertThat(problems).hasSize(9);
        assertThat(problems[0])
                .startsWith("ValueError: the context has no such text")
                .contains("Its first", "stand at context[");
        assertThat(problems[1])
                .startsWith("ValueError: the context has no such text")
                .doesNotContain("Its first");
        assertThat(problems[2]).contains("no passage from 5 to 5");
        assertThat(problems[3]).contains("give a start and a later end within it");
        assertThat(problems[4]).startsWith("TypeError: cite takes a quote");
        assertThat(problems[5]).contains("the quote is empty");
        assertThat(problems[6]).contains("a citation stands in one document");
        assertThat(problems[7]).contains("the context has no such text");
        assertThat(problems[8]).contains("the document b.txt has no such text");
    }

    @Test
    void aCitationIsAVariableForLaterCells() throws Exception {
        Told told = run("cited = cite('second line 5 ')\nreply = llm_query('Read: ' + documents[0].text)");
        assertThat(told.observed.getFirst().citations()).hasSize(1);
        assertThat(root.output("print(cited)")).isEqualTo("[b.txt:6] \"second line 5 \"");
    }
}
