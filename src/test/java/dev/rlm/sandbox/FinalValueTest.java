package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a run is ended by value. Two warm workers keep the wait for a fresh REPL per test short. */
@Tag("slow")
class FinalValueTest {
    static SandboxPool pool;
    static TestRepl values;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(1);
        values = new TestRepl(pool.open(List.of()));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** The converted forms of an expression, read as a variable: the conversion is that of FINAL. */
    private static FinalValue converted(String expression) throws Exception {
        values.output("subject = " + expression);
        return values.repl.value("subject");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'plain 😀 text' | plain 😀 text | \"plain 😀 text\"",
                "42 | 42 | 42",
                "True | true | true",
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
    void valuesBecomeTextAndJson(String expression, String text, String json) throws Exception {
        assertThat(converted(expression)).isEqualTo(new FinalValue(text, json));
    }

    @Test
    void whatCannotBeConvertedFallsBackToItsRepr() throws Exception {
        values.output("cycle = [1]\ncycle.append(cycle)");
        assertThat(converted("cycle").json()).startsWith("\"[1, ").contains("...");
        values.output("class Broken:\n    def __repr__(self): raise ValueError\n");
        assertThat(converted("[Broken()]").json()).isEqualTo("[\"<Broken>\"]");
        values.output("deep = []\nfor _i in range(5000): deep = [deep]");
        assertThat(converted("deep").json()).isNotBlank();
        assertThat(converted("{'a': {1, 'x'}}").json()).contains("\"x\"");
        assertThat(converted("'lone \\ud800 surrogate'").text()).startsWith("lone ");
    }

    @Test
    void aValueThatIsTooLongDoesNotEndTheRun() throws Exception {
        try (TestRepl repl = new TestRepl(pool.open(List.of()))) {
            CellResult refused = repl.run("FINAL('x' * 20_000_000)");
            assertThat(refused.status()).isEqualTo(Status.ERROR);
            assertThat(refused.finalValue()).isNull();
            assertThat(refused.error()).contains("hand over less");
            assertThat(repl.run("FINAL_VAR('missing')").error())
                    .isEqualTo("NameError: there is no variable 'missing'; variables: none yet");
            assertThat(repl.run("found = 5\nFINAL_VAR('nope')").error()).endsWith("variables: found");
            assertThat(repl.run("FINAL_VAR('found')").finalValue()).isEqualTo(new FinalValue("5", "5"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FINAL('done') | done",
                "SUBMIT('done') | done",
                "result = 'done'\nFINAL_VAR('result') | done",
                "FINAL_VAR(['not', 'a', 'name']) | `[\n  \"not\",\n  \"a\",\n  \"name\"\n]`",
                "try:\n    FINAL('handed over')\nexcept Exception:\n    print('not swallowed') | handed over",
                "try:\n    FINAL('handed over')\nexcept:\n    pass\nprint('goes on') | handed over",
                "try:\n    FINAL('first')\nexcept:\n    FINAL('second') | first",
                "try:\n    FINAL('before the error')\nexcept:\n    raise ValueError('later') | before the error",
                "answer.update({'content': 'updated', 'ready': True}) | updated",
                "answer['ready'] = True\nanswer['content'] = 'after' | after",
                "answer = {'content': 'rebound', 'ready': 1} | rebound",
                "with __import__('concurrent.futures').futures.ThreadPoolExecutor() as pool:\n    pool.submit(FINAL, 'from a thread') | from a thread",
            })
    void theRunEnds(String code, String text) throws Exception {
        try (TestRepl repl = new TestRepl(pool.open(List.of()))) {
            CellResult result = repl.run(code.replace("\\n", "\n"));
            assertThat(result.finalValue()).describedAs(result.output()).isNotNull();
            assertThat(result.finalValue().text()).isEqualTo(text);
            assertThat(result.status()).isEqualTo(Status.OK);
            assertThat(result.output()).doesNotContain("not swallowed");
        }
    }

    @Test
    void anAnswerMayBecomeReadyInALaterCell() throws Exception {
        try (TestRepl repl = new TestRepl(pool.open(List.of()))) {
            assertThat(repl.run("answer = {'content': 'draft', 'ready': False}").finalValue())
                    .isNull();
            assertThat(repl.run("answer['ready'] = True\nanswer['content'] = undefined")
                            .finalValue())
                    .isEqualTo(new FinalValue("draft", "\"draft\""));
        }
    }

    @Test
    void anAnswerWhoseContentFailedDoesNotEndTheRun() throws Exception {
        try (TestRepl repl = new TestRepl(pool.open(List.of()))) {
            CellResult failed = repl.run("answer['ready'] = True\nanswer['content'] = undefined");
            assertThat(failed.status()).isEqualTo(Status.ERROR);
            assertThat(failed.finalValue()).isNull();
            StubCalls calls = new StubCalls();
            CellResult ended = repl.run("try:\n    FINAL(1)\nexcept:\n    llm_query('late')", calls);
            assertThat(ended.finalValue()).isEqualTo(new FinalValue("1", "1"));
            assertThat(calls.prompts)
                    .describedAs("calls after the end are refused")
                    .hasValue(0);
        }
    }

    @Test
    void aValueHandedOverBeforeATimeOutCounts() throws Exception {
        try (TestRepl repl = new TestRepl(pool.open(List.of()))) {
            CellResult result =
                    repl.run("try:\n    FINAL('in time')\nexcept:\n    pass\nwhile True: pass", Duration.ofSeconds(1));
            assertThat(result.finalValue()).isEqualTo(new FinalValue("in time", "\"in time\""));
        }
    }
}
