package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.Frame.Value;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a run is ended by value; in this process, for each test needs a new run. */
@Tag("slow")
class FinalValueTest {
    static final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    static PythonRepl repl;
    static long runs;

    @BeforeAll
    static void start() {
        repl = new PythonRepl(new Interpreter(), new ServerCalls(new FrameWriter(sent, 1000)), Frame.ROOT);
    }

    @BeforeEach
    void begin() {
        repl.open(List.of());
        sent.reset();
    }

    private static CellEnded run(String code) {
        runs++;
        return repl.run(new Frame.Run(Frame.ROOT, runs, (int) runs, code, 20_000, 0, 0, null));
    }

    private static void output(String code) {
        assertThat(run(code).ending()).isEqualTo(Ending.DONE);
    }

    /** The converted forms of an expression, read as a variable: the conversion is that of FINAL. */
    private static Value converted(String expression) {
        output("subject = " + expression);
        return ((Frame.VariableValue) repl.value("subject")).value();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'plain 😀 text' | plain 😀 text | \"plain 😀 text\"",
                "42 | 42 | 42",
                "True | true | true",
                "10**20 | 100000000000000000000 | 100000000000000000000",
                "None | null | null",
                "1.5 | 1.5 | 1.5",
                "float('nan') | NaN | \"NaN\"",
                "-float('inf') | -Infinity | \"-Infinity\"",
                "{3, 1, 2} | `[\n  1,\n  2,\n  3\n]` | [1, 2, 3]",
                "(1, 'a') | `[\n  1,\n  \"a\"\n]` | [1, \"a\"]",
                "{1: 'x', (2, 3): None} | `{\n  \"1\": \"x\",\n  \"(2, 3)\": null\n}` | {\"1\": \"x\", \"(2, 3)\": null}",
                "__import__('datetime').date(2026, 3, 1) | 2026-03-01 | \"2026-03-01\"",
                "b'bytes' | bytes | \"bytes\"",
                "range(3) | `[\n  0,\n  1,\n  2\n]` | [0, 1, 2]",
                "__import__('collections').Counter('aab') | `{\n  \"a\": 2,\n  \"b\": 1\n}` | {\"a\": 2, \"b\": 1}",
                "__import__('dataclasses').make_dataclass('P', ['x'])(5) | `{\n  \"x\": 5\n}` | {\"x\": 5}",
                "len | <built-in function len> | \"<built-in function len>\"",
            })
    void valuesBecomeTextAndJson(String expression, String text, String json) {
        assertThat(converted(expression)).isEqualTo(new Value(text, json));
    }

    @Test
    void whatCannotBeConvertedFallsBackToItsRepr() {
        output("cycle = [1]\ncycle.append(cycle)");
        assertThat(converted("cycle").json()).startsWith("\"[1, ").contains("...");
        output("inner = {}\nouter = [(1,), inner]\ninner['up'] = outer");
        assertThat(converted("outer").json()).startsWith("\"[(1,), {'up': [").contains("...");
        output("class Broken:\n    def __repr__(self): raise ValueError\n");
        assertThat(converted("[Broken()]").json()).isEqualTo("[\"<Broken>\"]");
        output("deep = []\nfor _i in range(5000): deep = [deep]");
        assertThat(converted("deep").json()).isNotBlank();
        output("shared = [1]\nfor _i in range(10): shared = [shared, shared]");
        assertThat(converted("[shared, len('also')]").text())
                .as("what is held twice does not hold itself")
                .startsWith("[\n  [\n")
                .endsWith("4\n]");
        assertThat(converted("{'a': {1, 'x'}}").json()).contains("\"x\"");
        assertThat(converted("'lone \\ud800 surrogate'").text()).startsWith("lone ");
    }

    @Test
    void aValueAssignedToTheNameAnswerIsItsContent() {
        output("answer = 'found it'");
        assertThat(run("answer['content']").output().text()).isEqualTo("'found it'\n");
        assertThat(run("FINAL(answer)").value()).isEqualTo(new Value("found it", "\"found it\""));
    }

    @Test
    void readyWithoutContentWaitsForTheContent() {
        CellEnded ready = run("answer['ready'] = True");
        assertThat(ready.value()).isNull();
        assertThat(ready.output().text()).startsWith("answer['ready'] is set but answer['content'] is empty");
        assertThat(run("answer['content'] = 'later'").value()).isEqualTo(new Value("later", "\"later\""));
    }

    @Test
    void aNumberOfThousandsOfDigitsIsAStringInJson() {
        String digits = "1" + "0".repeat(2_000);
        assertThat(converted("10 ** 2000")).isEqualTo(new Value(digits, '"' + digits + '"'));
    }

    @Test
    void aDocumentIsHandedOverAsItsText() {
        repl.open(List.of(new ContextText.Document("a.txt", "its text")));
        assertThat(run("FINAL(documents[0])").value()).isEqualTo(new Value("its text", "\"its text\""));
        repl.open(List.of(new ContextText.Document("a.txt", "its text")));
        assertThat(run("answer.update(content=documents[0], ready=True)").value())
                .isEqualTo(new Value("its text", "\"its text\""));
    }

    @Test
    void anIteratorIsNoFinalValue() {
        CellEnded refused = run("FINAL(x for x in 'ab')");
        assertThat(refused.value()).isNull();
        assertThat(refused.error())
                .isEqualTo("ValueError: The final value is an iterator: hand over its items, as list(value).");
        assertThat(run("FINAL(range(10**12))").error()).contains("hand over less");
    }

    @Test
    void anOddNameInTheNamespaceHidesNoVariable() {
        output("globals()[5] = 1\nkept = 2");
        assertThat(((Frame.Variables) repl.variables()).variables())
                .singleElement()
                .satisfies(it -> assertThat(it.name()).isEqualTo("kept"));
    }

    @Test
    void aValueThatIsTooLongDoesNotEndTheRun() {
        CellEnded refused = run("FINAL('x' * 20_000_000)");
        assertThat(refused.ending()).isEqualTo(Ending.FAILED);
        assertThat(refused.value()).isNull();
        assertThat(refused.error()).contains("hand over less");
        assertThat(run("FINAL_VAR('missing')").error())
                .isEqualTo("NameError: there is no variable 'missing'; variables: none yet");
        assertThat(run("found = 5\nFINAL_VAR('nope')").error()).endsWith("variables: found");
        assertThat(run("FINAL_VAR('found')").value()).isEqualTo(new Value("5", "5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FINAL('done') | done",
                "SUBMIT('done') | done",
                "result = 'done'\\nFINAL_VAR('result') | done",
                "FINAL_VAR(['not', 'a', 'name']) | `[\n  \"not\",\n  \"a\",\n  \"name\"\n]`",
                "try:\\n    FINAL('handed over')\\nexcept Exception:\\n    print('not swallowed') | handed over",
                "try:\\n    FINAL('handed over')\\nexcept:\\n    pass\\nprint('goes on') | handed over",
                "try:\\n    FINAL('first')\\nexcept:\\n    FINAL('second') | first",
                "try:\\n    FINAL('before the error')\\nexcept:\\n    raise ValueError('later') | before the error",
                "answer.update({'content': 'updated', 'ready': True}) | updated",
                "answer['ready'] = True\\nanswer['content'] = 'after' | after",
                "answer = {'content': 'rebound', 'ready': 1} | rebound",
                "with __import__('concurrent.futures').futures.ThreadPoolExecutor() as pool:\\n    pool.submit(FINAL, 'from a thread') | from a thread",
            })
    void theRunEnds(String code, String text) {
        CellEnded result = run(code.replace("\\n", "\n"));
        assertThat(result.value()).describedAs(result.output().text()).isNotNull();
        assertThat(result.value().text()).isEqualTo(text);
        assertThat(result.ending()).isEqualTo(Ending.DONE);
        assertThat(result.output().text()).doesNotContain("not swallowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FINAL(kept)",
                "answer.update(content=kept, ready=True)",
                "answer = {'content': kept, 'ready': 1}",
                "answer['content'] = kept\\nanswer['ready'] = True\\nFINAL(kept)",
                "try:\\n    FINAL(kept)\\nexcept:\\n    pass\\nanswer['ready'] = 'yes'",
            })
    void aCellAfterAValueThatWasNotTakenHandsOverAnotherOrNone(String code) {
        CellEnded first = run("kept = ['first']\n" + code.replace("\\n", "\n"));
        assertThat(first.value()).isEqualTo(new Value("[\n  \"first\"\n]", "[\"first\"]"));
        assertThat(first.traces().assigned()).contains("kept");
        CellEnded none = run("kept.append('second')\nprint(answer['ready'])");
        assertThat(none.value()).isNull();
        assertThat(none.output().text()).isEqualTo("False\n");
        assertThat(run("FINAL(len(kept))").value()).isEqualTo(new Value("2", "2"));
        assertThat(run("answer['content'], answer['ready'] = 'third', True").value())
                .isEqualTo(new Value("third", "\"third\""));
        assertThat(run("undefined").ending()).isEqualTo(Ending.FAILED);
    }

    @Test
    void aCellAfterAValueThatWasNotTakenMayAskAgain() {
        assertThat(run("FINAL(1)").value()).isNotNull();
        assertThat(run("SHOW_VARS()").value()).isNull();
        assertThat(run("n = 0\nfor i in range(3): n += i\nn").output().text()).isEqualTo("3\n");
    }

    @Test
    void anAnswerMayBecomeReadyInALaterCell() {
        assertThat(run("answer = {'content': 'draft', 'ready': False}").value()).isNull();
        assertThat(run("answer['ready'] = True\nanswer['content'] = undefined").value())
                .isEqualTo(new Value("draft", "\"draft\""));
    }

    @Test
    void anAnswerWhoseContentFailedDoesNotEndTheRun() throws IOException {
        CellEnded failed = run("answer['ready'] = True\nanswer['content'] = undefined");
        assertThat(failed.ending()).isEqualTo(Ending.FAILED);
        assertThat(failed.value()).isNull();
        CellEnded ended = run("try:\n    FINAL(1)\nexcept:\n    llm_query('late')");
        assertThat(ended.value()).isEqualTo(new Value("1", "1"));
        FrameReader frames = new FrameReader(new ByteArrayInputStream(sent.toByteArray()), 1000);
        assertThat(frames.read()).contains(new Frame.HandedOver(Frame.ROOT, runs, new Value("1", "1")));
        assertThat(frames.read()).describedAs("calls after the end are refused").isEmpty();
    }
}
