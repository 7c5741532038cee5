package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.OfferedFunction.Parameter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions of others in a real worker. */
final class FunctionsReplTest {

    private static final List<OfferedFunction> FUNCTIONS = List.of(
            new OfferedFunction(
                    "bank_balance",
                    "Tells a balance.\n\nArguments:\n    account: Which.",
                    List.of(
                            new Parameter("account", "account", "int", true),
                            new Parameter("day", "the-day", "str | None", false),
                            new Parameter("rate", "rate", "float", false),
                            new Parameter("any", "any", "", false)),
                    false),
            new OfferedFunction("bank_open", "", List.of(new Parameter("kind", "kind", "str", true)), true));

    @TempDir
    private static Path folder;

    private static SandboxPool pool;
    private static List<SandboxDocument> documents;
    private static TestRepl root;

    /** Tells what it was called with, refuses account 13, and takes no negative ones. */
    private static final class Bank extends StubCalls {
        final List<FunctionCall> calls = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Outcome call(FunctionCall call) {
            calls.add(call);
            if (call.arguments().contains(": -")) {
                return new Outcome.Failure(ARGUMENTS_REFUSED + "/account: must be at least 0.");
            }
            return call.arguments().contains("13")
                    ? new Outcome.Failure("There is no account 13.")
                    : new Outcome.Reply("{\"got\": " + call.arguments() + ", \"list\": [1, 2.5, null, \"ä\"]}");
        }

        @Override
        public int levels() {
            return 1;
        }
    }

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        documents = TestRepl.documents(folder, "a.txt", "some text");
        root = new TestRepl(pool.open(documents, 3, List.of(), FUNCTIONS));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    private static String output(String code, HostCalls calls) throws Exception {
        CellResult result = root.run(code, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.OK);
        return result.output().stripTrailing();
    }

    private static String error(String code) throws Exception {
        CellResult result = root.run(code, new Bank());
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.ERROR);
        return String.valueOf(result.error());
    }

    @Test
    void aFunctionHasItsSignatureAndItsDocumentation() throws Exception {
        assertThat(root.output("import inspect\nprint(inspect.signature(bank_balance), bank_balance.__name__)"))
                .isEqualTo(
                        "(account: int, *, day: str | None = None, rate: float | None = None, any=None) bank_balance");
        assertThat(root.output("print(inspect.signature(bank_open))")).isEqualTo("(kind: str, **more)");
        assertThat(root.output("print(bank_balance.__doc__)")).startsWith("Tells a balance.\n\nArguments:");
        assertThat(root.output("'bank_balance' in dir(), 'bank_balance' in SHOW_VARS()"))
                .isEqualTo("(True, False)");
    }

    @Test
    void aResultIsAValueOfPython() throws Exception {
        Bank bank = new Bank();
        assertThat(output("x = bank_balance(7, day='Monday', rate=2)\nprint(x['got'], x['list'][3], type(x))", bank))
                .isEqualTo("{'account': 7, 'rate': 2, 'the-day': 'Monday'} ä <class 'dict'>");
        assertThat(output("bank_open('new', colour={'red': (1, 2)})['got']", bank))
                .isEqualTo("{'colour': {'red': [1, 2]}, 'kind': 'new'}");
        assertThat(bank.calls)
                .containsExactly(
                        new FunctionCall("bank_balance", "{\"account\": 7, \"rate\": 2, \"the-day\": \"Monday\"}"),
                        new FunctionCall("bank_open", "{\"colour\": {\"red\": [1, 2]}, \"kind\": \"new\"}"));
    }

    @Test
    void argumentsThatAreMissingOrWrongAreTypeErrorsAndNotSent() throws Exception {
        assertThat(error("bank_balance()"))
                .contains("TypeError: bank_balance() missing a required argument: 'account'")
                .endsWith("any=None)");
        assertThat(error("bank_balance(1, 'Monday')")).contains("too many positional arguments");
        assertThat(error("bank_balance(1, when=2)")).contains("unexpected keyword argument 'when'");
        assertThat(error("bank_balance('7')")).contains("bank_balance() takes account as int, not str");
        assertThat(error("bank_balance(True)")).contains("takes account as int, not bool");
        assertThat(error("bank_balance(1, any={object()})")).contains("a object is no JSON");
        assertThat(error("bank_balance(1, any=float('nan'))")).contains("cannot be sent as JSON");
        assertThat(error("bank_balance(1, any='x' * 1_000_000)")).contains("ValueError", "at most 1,000,000 are sent");
        assertThat(error("bank_balance(-1)")).isEqualTo("TypeError: bank_balance(): /account: must be at least 0.");
    }

    @Test
    void aFailureIsAnExceptionWithTheToolsSentence() throws Exception {
        assertThat(error("bank_balance(13)")).isEqualTo("FunctionError: There is no account 13.");
        assertThat(output("try:\n    bank_balance(13)\nexcept FunctionError as e:\n    print(str(e))", new Bank()))
                .isEqualTo("There is no account 13.");
    }

    @Test
    void threadsCallSideBySide() throws Exception {
        CountDownLatch together = new CountDownLatch(4);
        StubCalls bank = new StubCalls() {
            @Override
            public Outcome call(FunctionCall call) throws InterruptedException {
                together.countDown();
                return together.await(2, TimeUnit.MINUTES)
                        ? new Outcome.Reply(call.arguments())
                        : new Outcome.Failure("Nobody else called.");
            }
        };
        assertThat(output("""
                from concurrent.futures import ThreadPoolExecutor
                with ThreadPoolExecutor(4) as threads:
                    print([r["account"] for r in threads.map(bank_balance, range(4))])
                """, bank)).isEqualTo("[0, 1, 2, 3]");
    }

    @Test
    void waitingForACallIsNoActiveTime() throws Exception {
        StubCalls slow = new StubCalls() {
            @Override
            public Outcome call(FunctionCall call) throws InterruptedException {
                Thread.sleep(3_000);
                return new Outcome.Reply("1");
            }
        };
        long start = System.nanoTime();
        CellResult result = root.run("bank_balance(1)", Duration.ofMinutes(2), TestRepl.OUTPUT, slow);
        assertThat(result.active())
                .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - start).minus(ActiveTime.ALLOWANCE));
    }

    @Test
    void aChildHasThemToo() throws Exception {
        Bank bank = new Bank();
        try (TestRepl child = new TestRepl(
                root.repl.child(new ChildContext.Texts(List.of(new ChildContext.Text("t", "text"))), 5, List.of()))) {
            CellResult result = child.run("print(bank_balance(5)['got'])", bank);
            assertThat(result.output()).isEqualTo("{'account': 5}\n");
        }
        try (TestRepl child = new TestRepl(
                root.repl.child(new ChildContext.Slices(List.of(new ChildContext.Slice(0, 4))), 6, List.of()))) {
            assertThat(child.run("bank_balance(6)['got']", bank).output()).isEqualTo("{'account': 6}\n");
        }
    }

    @Test
    void aReplWithoutThemHasNothingOfThem() throws Exception {
        try (TestRepl other = new TestRepl(pool.open(documents))) {
            assertThat(other.output("'FunctionError' in globals(), 'bank_balance' in globals()"))
                    .isEqualTo("(False, False)");
        }
    }

    @Test
    void whatACellDoesToANameIsUndoneBeforeTheNext() throws Exception {
        root.output("bank_balance = FunctionError = None");
        assertThat(output("bank_balance(2)['got'], FunctionError.__name__", new Bank()))
                .isEqualTo("({'account': 2}, 'FunctionError')");
    }

    @Test
    void inAnotherProcessNothingIsCalledAgain() throws Exception {
        Repl.Cell cell = new Repl.Cell(1, """
                kept = [bank_balance(1)['list'][0], bank_balance(1)['list'][1]]
                try:
                    bank_balance(13)
                except FunctionError as e:
                    kept.append(str(e))
                print(kept)
                """);
        PastCell past;
        try (Repl first = pool.open(documents, 3, List.of(), FUNCTIONS)) {
            CellResult result = first.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, new Bank());
            String one = new FunctionCall("bank_balance", "{\"account\": 1}").identity();
            String thirteen = new FunctionCall("bank_balance", "{\"account\": 13}").identity();
            past = new PastCell(
                    cell,
                    result.status(),
                    TestRepl.OUTPUT,
                    result.active(),
                    result.trace(),
                    Map.of(
                            new PastCell.Call(CallRecord.sha256(one), 1),
                            new Outcome.Reply("{\"list\": [1, 2.5]}"),
                            new PastCell.Call(CallRecord.sha256(one), 2),
                            new Outcome.Reply("{\"list\": [1, 2.5]}"),
                            new PastCell.Call(CallRecord.sha256(thirteen), 1),
                            new Outcome.Failure("There is no account 13.")),
                    List.of(),
                    null,
                    0);
        }
        Bank bank = new Bank();
        try (Repl second = pool.open(documents, 3, List.of(past), FUNCTIONS)) {
            CellResult result = second.run(new Repl.Cell(2, "print(kept)"), TestRepl.LIMIT, TestRepl.OUTPUT, bank);
            assertThat(result.output()).isEqualTo("[1, 2.5, 'There is no account 13.']\n");
        }
        assertThat(bank.calls).isEmpty();
    }

    @Test
    void aWorkerThatDiesHasTheFunctionsAndTheirResultsInItsSuccessor() throws Exception {
        Bank bank = new Bank();
        try (TestRepl dying = new TestRepl(pool.open(documents, 3, List.of(), FUNCTIONS))) {
            assertThat(dying.run("x = bank_balance(4)['got']", bank).status()).isEqualTo(Status.OK);
            CellResult killed = dying.run(
                    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
                    Duration.ofSeconds(1));
            assertThat(killed.status()).isIn(Status.KILLED, Status.TIMED_OUT);
            assertThat(dying.run("print(x, bank_balance(5)['got'])", bank).output())
                    .endsWith("{'account': 4} {'account': 5}\n");
        }
        assertThat(bank.calls).hasSize(2);
    }

    @Test
    void whoFindsTheHostsFunctionGainsNothing() throws Exception {
        Bank bank = new Bank();
        assertThat(output("""
                call = FINAL.__globals__["_runs"].current().session.host["call"]
                for arguments in ((), (1,), (["bank_balance"], ""), (["x" * 201, "{}"], ""), (["f", "1" * 1_000_001], "")):
                    print(list(call(*arguments)))
                print(list(call(["bank_pay", "no JSON"], "")))
                """, bank))
                .isEqualTo("['The REPL does not call this so.', False]\n".repeat(5)
                        + "[True, '{\"got\": no JSON, \"list\": [1, 2.5, null, \"ä\"]}']");
        assertThat(bank.calls)
                .as("what is no function is refused by who answers")
                .containsExactly(new FunctionCall("bank_pay", "no JSON"));
    }

    @Test
    void largeResultsAreTaken() throws Exception {
        StubCalls large = new StubCalls() {
            @Override
            public Outcome call(FunctionCall call) {
                return new Outcome.Reply("\"" + "ä".repeat(8_000_000) + "\"");
            }
        };
        assertThat(output("len(bank_balance(1))", large)).isEqualTo("8000000");
        StubCalls tooLarge = new StubCalls() {
            @Override
            public Outcome call(FunctionCall call) {
                return new Outcome.Reply("\"" + "ä".repeat(40_000_000) + "\"");
            }
        };
        CellResult result = root.run("bank_balance(1)", tooLarge);
        assertThat(result.error()).contains("too long");
    }
}
