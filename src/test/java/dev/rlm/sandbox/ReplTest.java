package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.sandbox.CellResult.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cells see and leave behind; all in one REPL, as one task would. */
@Tag("slow")
class ReplTest {
    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        repl = new TestRepl(pool.open(TestRepl.documents(
                folder,
                "src/a.py",
                "alpha = 1\nbeta = 2\n",
                "b 😀.txt",
                "first 😀 line\nsecond beta 😀😀 line\n",
                "empty",
                "",
                "c.txt",
                "gamma\nBETA\nlast beta")));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @Test
    void printsAndTheLastExpressionAreTheOutput() throws Exception {
        assertThat(repl.output("print('a', 1)\nx = 20\nx + 1")).isEqualTo("a 1\n21");
        assertThat(repl.output("None")).isEmpty();
        assertThat(repl.output("x = 3")).isEmpty();
        assertThat(repl.output("")).isEmpty();
        assertThat(repl.output("# nothing but a comment")).isEmpty();
    }

    @Test
    void variablesAssignedBeforeAnExceptionSurvive() throws Exception {
        CellResult failed = repl.run("kept = 'here'\nraise ValueError('broken')\nlost = 1");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.error()).isEqualTo("ValueError: broken");
        assertThat(repl.output("print(kept, 'lost' in globals())")).isEqualTo("here False");
    }

    @Test
    void tracebacksShowTheCellsLinesAndNotTheHarness() throws Exception {
        CellResult failed = repl.run("def divide(n):\n    return n / 0\n\nprint('before')\ndivide(5)");
        assertThat(failed.output())
                .startsWith("before\nTraceback (most recent call last):\n  File \"<cell ")
                .contains("line 5, in <module>\n    divide(5)\n")
                .contains("line 2, in divide\n    return n / 0\n")
                .endsWith("ZeroDivisionError: division by zero\n")
                .doesNotContain("<rlm");
    }

    @Test
    void syntaxErrorsPointAtThePlace() throws Exception {
        CellResult failed = repl.run("y = 1\nx = = 2");
        assertThat(failed.status()).isEqualTo(Status.ERROR);
        assertThat(failed.output()).contains(", line 2\n").contains("x = = 2").contains("^");
        assertThat(failed.error()).startsWith("SyntaxError: invalid syntax");
        assertThat(failed.output()).doesNotContain("<rlm").doesNotContain("ast.py");
    }

    @Test
    void chainedErrorsAreAllShown() throws Exception {
        CellResult failed = repl.run("try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError('b') from e");
        assertThat(failed.output())
                .contains("KeyError: 'a'")
                .contains("direct cause")
                .endsWith("RuntimeError: b\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import sys; sys.exit()",
                "import sys; sys.exit(3)",
                "exit()",
                "quit(1)",
                "import os; os._exit(1)",
                "import posix; posix._exit(1)",
                "raise KeyboardInterrupt",
                "raise SystemExit('bye')",
                "raise GeneratorExit",
                "class Odd(BaseException): pass\nraise Odd"
            })
    void leavingIsContained(String code) throws Exception {
        repl.run("stays = 7");
        CellResult result = repl.run(code);
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.error()).isNotBlank();
        assertThat(repl.output("stays")).isEqualTo("7");
    }

    @Test
    void deepRecursionIsAnOrdinaryError() throws Exception {
        CellResult result = repl.run("def f(n): return f(n + 1)\nf(0)");
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.error()).startsWith("RecursionError");
        assertThat(result.output().length()).isLessThan(10_000);
        assertThat(repl.output("1 + 1")).isEqualTo("2");
    }

    @Test
    void hugeReprsAreNeverBuilt() throws Exception {
        assertThat(repl.output("'x' * 200_000_000")).contains("[cut: a str of 200,000,000 characters]");
        assertThat(repl.output("['y' * 1000] * 1_000_000")).contains("[cut: a list of 1,000,000 items]");
        assertThat(repl.output("{i: 'z' * 1000 for i in range(1000)}")).contains("[cut: a dict of 1,000 items]");
        assertThat(repl.output("b'q' * 100_000_000")).contains("[cut: a bytes of 100,000,000 bytes]");
        assertThat(repl.output("import collections\ncollections.Counter(range(100_000))"))
                .startsWith("Counter({");
        assertThat(repl.run("raise KeyError('k' * 50_000_000)").error()).hasSizeLessThan(6_000);
        repl.run("del _");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 'a', None, (2,), {3}, {'k': [4.5]}]",
                "(1,)",
                "set()",
                "frozenset({1})",
                "__import__('collections').Counter('hello')",
                "__import__('collections').defaultdict(list, {1: [2]})",
                "__import__('collections').deque([1], maxlen=3)",
                "{'a': 1}.keys()",
                "'quote\\' and \\n'",
                "b'\\x00'",
                "__import__('types').SimpleNamespace(a=1)",
                "10**50"
            })
    void smallReprsAreThoseOfPython(String expression) throws Exception {
        assertThat(repl.output("v = " + expression + "\nv")).isEqualTo(repl.output("print(repr(" + expression + "))"));
    }

    @Test
    void valuesThatHoldThemselvesAreShown() throws Exception {
        assertThat(repl.output("a = [1]\na.append(a)\na")).contains("...").hasSizeLessThan(1000);
    }

    @Test
    void outputIsCutByCharactersAtHeadAndTail() throws Exception {
        CellResult result = repl.run("print('A' + 'x' * 10_000_000 + 'Z')", TestRepl.LIMIT, 1000, new StubCalls());
        assertThat(result.output())
                .startsWith("Axxx")
                .endsWith("xxxZ\n")
                .contains("... [9,999,003 characters left out] ...");
        assertThat(result.output().length()).isLessThan(1100);
        assertThat(result.outputCharacters()).isEqualTo(10_000_003);
    }

    @Test
    void aFloodOfPrintsIsCountedAndCut() throws Exception {
        CellResult result = repl.run("for i in range(100_000): print(i)");
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.output()).startsWith("0\n1\n").endsWith("99998\n99999\n");
        assertThat(result.outputCharacters()).isEqualTo(588_890);
    }

    @Test
    void controlCharactersAreMadeVisible() throws Exception {
        assertThat(repl.output("print('\\x1b[31mred\\x07\\r\\ttab\\x9b')")).isEqualTo("␛[31mred␇␍\ttab�");
    }

    @Test
    void standardErrorAndWarningsAreOutputToo() throws Exception {
        assertThat(repl.output("import sys, warnings\nprint('to err', file=sys.stderr)\nwarnings.warn('careful')"))
                .contains("to err")
                .contains("UserWarning: careful");
    }

    @Test
    void thereIsNoInput() throws Exception {
        assertThat(repl.run("input('name? ')").error()).startsWith("EOFError: there is no input");
        assertThat(repl.run("import sys\nsys.stdin.readline()").error()).startsWith("EOFError: there is no input");
    }

    @Test
    void replacedStreamsAreBackInTheNextCell() throws Exception {
        repl.run("import sys, io\nsys.stdout = io.StringIO()\nprint('hidden')");
        assertThat(repl.output("print('seen')")).isEqualTo("seen");
    }

    @Test
    void namesOfTheReplCannotBeLost() throws Exception {
        repl.run(
                "context = 1\nllm_query = None\nFINAL = 2\ndocuments = []\nanswer = 'x'\nprint = 3\nimport builtins\nbuiltins.len = None");
        repl.run("del print, grep, budget");
        assertThat(
                        repl.output(
                                "[len(documents), callable(llm_query), callable(FINAL), answer['ready'], callable(grep), len(context) > 10]"))
                .isEqualTo("[4, True, True, False, True, True]");
        assertThat(repl.output("llm_query = lambda p: 'shadow'\nllm_query('x')"))
                .isEqualTo("'shadow'");
        assertThat(
                        repl.output(
                                "all(f.__doc__ for f in (llm_query, llm_query_batched, grep, SHOW_VARS, FINAL, FINAL_VAR, SUBMIT, budget))"))
                .isEqualTo("True");
    }

    @Test
    void chanceAndClocksCannotBeBrokenForLaterCells() throws Exception {
        repl.run("""
                import builtins, itertools, random, time
                random._inst = random.Random.seed = random.Random = itertools.count = builtins.zip = builtins.int = None
                time.time_ns = None
                """);
        assertThat(repl.output("list(zip([int('1')], 'a'))")).isEqualTo("[(1, 'a')]");
    }

    @Test
    void documentsAreSlicesOfTheContextByCodePoints() throws Exception {
        assertThat(repl.output("all(context[d.start:d.end] == d.text and len(d) == len(d.text) for d in documents)"))
                .isEqualTo("True");
        assertThat(repl.output("[d.name for d in documents]")).isEqualTo("['src/a.py', 'b 😀.txt', 'empty', 'c.txt']");
        assertThat(repl.output("documents[1].text")).isEqualTo("'first 😀 line\\nsecond beta 😀😀 line\\n'");
        assertThat(repl.output("documents[0]['name'], documents[0]['text'][:5], dict(documents[2])['text']"))
                .isEqualTo("('src/a.py', 'alpha', '')");
        assertThat(repl.output("documents[0]")).isEqualTo("<Document 'src/a.py', 19 characters, context[38:57]>");
        assertThat(repl.output("print(context[:57])"))
                .isEqualTo("===== Document 1 of 4: src/a.py =====\nalpha = 1\nbeta = 2");
    }

    @Test
    void grepReportsCodePointsLinesAndDocuments() throws Exception {
        assertThat(repl.output(
                        "found = grep('beta')\n[(m.document, m.line, context[m.start:m.end], m.text) for m in found]"))
                .isEqualTo("[('src/a.py', 2, 'beta', 'beta = 2'), ('b 😀.txt', 2, 'beta', 'second beta 😀😀 line'),"
                        + " ('c.txt', 3, 'beta', 'last beta')]");
        assertThat(repl.output("print(grep('beta', ignore_case=True, context_lines=1, documents=['c.txt'])[0])"))
                .isEqualTo("c.txt-1- gamma\nc.txt:2: BETA\nc.txt-3- last beta");
        assertThat(repl.output("m = grep('l.ne', max_matches=1)\n(len(m), m.truncated)"))
                .isEqualTo("grep stopped at 1 matches; there are more.\n(1, True)");
        assertThat(repl.output("grep('line', documents=documents[1])[1].text")).contains("second");
        assertThat(repl.output("[context[m.start:m.end] for m in grep('😀+')]")).isEqualTo("['😀', '😀😀']");
        assertThat(repl.run("grep('(')").error()).startsWith("ValueError: ");
        assertThat(repl.run("grep('a', documents=['nope'])").error()).contains("there is no document 'nope'");
    }

    @Test
    void grepTakesNoOtherExceptionThanPythons() throws Exception {
        assertThat(repl.run("grep(5)").error()).startsWith("TypeError: grep takes the pattern as a str");
        assertThat(repl.run("grep('a', max_matches=0)").error()).startsWith("ValueError: max_matches");
        assertThat(repl.output("grep('nowhere to be found')")).isEqualTo("[]");
        assertThat(repl.output("import re\nlen(grep(re.compile('alpha')))")).isEqualTo("1");
        assertThat(repl.output("len(grep(re.compile('ALPHA', re.I)))")).isEqualTo("1");
    }

    @Test
    void searchFindsPassagesByWords() throws Exception {
        assertThat(repl.output("[(p.document, p.line, p.text == context[p.start:p.end]) for p in search('beta')]"))
                .isEqualTo("[('c.txt', 1, True), ('src/a.py', 1, True), ('b 😀.txt', 1, True)]");
        assertThat(repl.output("search('second lines')"))
                .matches("\\[<Passage b 😀\\.txt:1 \\[\\d+:\\d+] score \\d\\.\\d\\d 'first 😀 line.*'>]");
        assertThat(repl.output("print(search('gamma')[0])")).isEqualTo("c.txt:1: gamma\nBETA\nlast beta");
        assertThat(repl.output("found = search('beta', k=1)\n(len(found), found.truncated, found[0].score > 0)"))
                .isEqualTo("(1, True, True)");
        assertThat(repl.output("[p.document for p in search('beta', documents=['src/a.py', documents[0]])]"))
                .isEqualTo("['src/a.py']");
        assertThat(repl.output("[p['document'] for p in search('\"second beta\"')]"))
                .isEqualTo("['b 😀.txt']");
        assertThat(repl.output("search('nowhere'), search('beta', documents='empty'), search('beta', documents=[])"))
                .isEqualTo("([], [], [])");
        assertThat(repl.output("str(cite(search('gamma')[0]))"))
                .isEqualTo("'[c.txt:1-3] \"gamma\\nBETA\\nlast beta\"'");
        assertThat(repl.output("cite(search('gamma')[0]), cite(search('second')[0]).quote"))
                .contains("<Citation c.txt:1-3", "'first 😀 line\\nsecond beta 😀😀 line'");
    }

    @Test
    void searchTakesNoOtherExceptionThanPythons() throws Exception {
        assertThat(repl.run("search(['a', 'b'])").error())
                .startsWith("TypeError: search takes the query as a str, not list: join the words");
        assertThat(repl.run("search('a', k='10')").error()).startsWith("TypeError: k, the number of passages");
        for (String k : List.of("0", "-1", "1001", "10**30")) {
            assertThat(repl.run("search('a', k=" + k + ")").error())
                    .startsWith("ValueError: k must be between 1 and 1,000");
        }
        assertThat(repl.run("search('?!')").error()).startsWith("ValueError: There is no word in the query");
        assertThat(repl.run("search('a ' * 5000)").error()).startsWith("ValueError: The query has 10000 characters");
        assertThat(repl.run("search('a', documents=['nope'])").error()).contains("there is no document 'nope'");
    }

    @Test
    void aVariableOfTheCodeMayBeCalledSearch() throws Exception {
        try (TestRepl other = new TestRepl(pool.open(TestRepl.documents(folder, "only", "a text")))) {
            assertThat(other.output("'search' in SHOW_VARS(), len(search('text'))"))
                    .isEqualTo("(False, 1)");
            other.run("del search");
            assertThat(other.output("len(search('text'))")).isEqualTo("1");
            other.run("def search(word):\n    return 'mine ' + word");
            assertThat(other.output("search('a'), 'search' in SHOW_VARS()")).isEqualTo("('mine a', True)");
        }
    }

    @Test
    void subCallsAnswerWithPlainStrings() throws Exception {
        StubCalls calls = new StubCalls();
        assertThat(repl.run("r = llm_query('hé 😀')\n(r, type(r) is str)", calls)
                        .output())
                .isEqualTo("('echo: hé 😀', True)\n");
        assertThat(repl.output("budget()")).isEqualTo("{'sub_calls': 42, 'usd': None}");
        assertThat(calls.prompts).hasValue(1);
    }

    @Test
    void aFailedSubCallIsAnException() throws Exception {
        CellResult failed = repl.run("llm_query('please fail')");
        assertThat(failed.error()).isEqualTo("SubCallError: the model refused this prompt");
        assertThat(repl.output("try:\n    llm_query('fail')\nexcept RuntimeError as e:\n    print(e)"))
                .isEqualTo("the model refused this prompt");
    }

    @Test
    void aFailingSlotLeavesTheOthers() throws Exception {
        assertThat(repl.output("rs = llm_query_batched(['a', 'fail', 'c'])\nrs"))
                .isEqualTo("['echo: a', 'ERROR: the model refused this prompt', 'echo: c']");
        assertThat(repl.output(
                        "[isinstance(r, SubCallFailure) for r in rs], rs[1].failed, bool(rs[1]), type(rs[0]) is str"))
                .isEqualTo("([False, True, False], True, True, True)");
        assertThat(repl.output("llm_query_batched([])")).isEqualTo("[]");
        assertThat(repl.output("llm_query_batched(p for p in 'xy')")).isEqualTo("['echo: x', 'echo: y']");
    }

    @Test
    void wrongPromptsAreToldWithAdvice() throws Exception {
        assertThat(repl.run("llm_query(5)").error())
                .startsWith("TypeError: llm_query takes one prompt as a str, not int");
        assertThat(repl.run("llm_query(['a'])").error()).contains("use llm_query_batched");
        assertThat(repl.run("llm_query('  ')").error()).startsWith("ValueError: the prompt is empty");
        assertThat(repl.run("llm_query_batched('abc')").error()).contains("pass a list");
        assertThat(repl.run("llm_query_batched(['a', 5])").error()).contains("prompts[1] must be a str");
        assertThat(repl.run("llm_query('x' * 20_000_000)").error()).contains("send a slice");
    }

    @Test
    void aThreadPoolOverSubCallsKeepsOrderAndRunsInParallel() throws Exception {
        long start = System.nanoTime();
        CellResult result = repl.run("""
                from concurrent.futures import ThreadPoolExecutor
                with ThreadPoolExecutor(16) as pool:
                    rs = list(pool.map(lambda i: llm_query(f"p{i}"), range(32)))
                rs == [f"echo: p{i}" for i in range(32)]
                """, new StubCalls(1_000, 16));
        assertThat(result.output()).isEqualTo("True\n");
        // However long it takes, at least a second of it was spent waiting, for all calls at once.
        assertThat(result.active())
                .describedAs("waiting does not count")
                .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - start).minus(ActiveTime.ALLOWANCE));
    }

    @Test
    void aServerThatFailsOrAnswersWronglyFailsTheCallOnly() throws Exception {
        HostCalls broken = new HostCalls() {
            @Override
            public List<Outcome> query(List<String> prompts) {
                if (prompts.size() == 1) {
                    throw new IllegalStateException("secret");
                }
                return List.of();
            }

            @Override
            public String budgetJson() {
                throw new IllegalStateException("secret");
            }
        };
        CellResult result = repl.run("print(budget())\nprint(llm_query_batched(['a', 'b']))\nllm_query('x')", broken);
        assertThat(result.output()).doesNotContain("secret").startsWith("{}\n['ERROR: The server failed");
        assertThat(result.error()).startsWith("SubCallError: The server failed to answer");
    }

    @Test
    void threadsThatOutliveTheirCellCannotCallAndDoNotHarm() throws Exception {
        repl.output("""
                import threading, time
                seen = []
                def later():
                    while not seen:
                        time.sleep(0.3)
                        try:
                            llm_query('late')
                        except Exception as e:
                            seen.append(str(e))
                threading.Thread(target=later, daemon=True).start()
                """);
        Thread.sleep(1000);
        assertThat(repl.output("import time\nwhile not seen: time.sleep(.05)\nseen[0][:20]"))
                .isEqualTo("'The cell that this t'");
    }

    @Test
    void callsThatOutliveTheirCellEndWithItAndHangNoOther() throws Exception {
        StubCalls calls = new StubCalls(600_000) {
            @Override
            public String budgetJson() {
                return "{\"asked\": " + prompts + "}";
            }
        };
        repl.run("""
                import time
                from concurrent.futures import ThreadPoolExecutor
                outliving = ThreadPoolExecutor(2)
                futures = [outliving.submit(llm_query, f"p{i}") for i in range(2)]
                while budget()["asked"] < 2: time.sleep(.01)
                """, calls);
        assertThat(repl.output("[type(f.exception()).__name__ for f in futures]"))
                .isEqualTo("['SubCallError', 'SubCallError']");
    }

    @Test
    void aBatchOfMillionsIsRefusedWithAdvice() throws Exception {
        StubCalls calls = new StubCalls();
        CellResult refused = repl.run("llm_query_batched(['a'] * 2_000_000)", calls);
        assertThat(refused.error()).startsWith("ValueError: 2,000,000 prompts are more than 10,000");
        assertThat(calls.prompts).hasValue(0);
    }

    @Test
    void variablesAreListedMostRecentlyAssignedFirst() throws Exception {
        try (TestRepl fresh = new TestRepl(pool.open(List.of()))) {
            fresh.output(
                    "import json\nfrom collections import Counter\none = 1\ntwo = 'zwei'\n_hidden = 3\ndef f(): pass");
            fresh.output("three = [1, 2, 3]\none = 1.5");
            assertThat(fresh.repl.variables())
                    .extracting(Repl.Variable::name)
                    .containsExactly("one", "three", "f", "two");
            assertThat(fresh.repl.variables().get(1)).isEqualTo(new Repl.Variable("three", "list", 3, "[1, 2, 3]"));
            assertThat(fresh.output("print(SHOW_VARS())")).startsWith("one: float = 1.5\nthree: list of 3 = [1, 2, 3]");
            assertThat(fresh.repl.value("three")).isEqualTo(new FinalValue("[\n  1,\n  2,\n  3\n]", "[1, 2, 3]"));
            assertThatThrownBy(() -> fresh.repl.value("nope"))
                    .isInstanceOf(SandboxException.class)
                    .hasMessage("There is no variable nope.");
            assertThat(fresh.run("context, documents").output()).isEqualTo("('', [])\n");
            CellResult stopped = fresh.run("four = 4\nwhile True: pass", Duration.ofSeconds(5));
            assertThat(stopped.status()).isEqualTo(Status.TIMED_OUT);
            assertThat(fresh.repl.variables().getFirst().name()).isEqualTo("four");
        }
    }
}
