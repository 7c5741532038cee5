package dev.rlm.sandbox.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxException;
import dev.rlm.sandbox.SandboxPool;
import java.time.Duration;
import java.util.List;

/** A task whose REPL is abused, or watches another's being abused: its cells, and the proof that it still works. */
final class AbusedTask implements AutoCloseable {
    static final int OUTPUT_LIMIT = 20_000;

    /** Far beyond what the probes take, however slow the machine. */
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

    /** Uses all that the REPL lends, and what cells use most. {@code FINAL} refuses an iterator and the run goes on. */
    private static final String PROBE = """
            import collections, json, re, sys
            print(kept, "|", context, "|", documents[0].name, documents[0].text == context, len(documents))
            print(llm_query("ping"), llm_query_batched(["a", "bc"]), budget(), [match.text for match in grep("document")])
            print(re.findall("o[cf]", context), json.loads(json.dumps({"a": [1.5, None]})), collections.Counter("aab"))
            print("kept: list of 1 = " in SHOW_VARS(), answer, callable(FINAL_VAR), callable(SUBMIT), __name__)
            print("to stderr", file=sys.stderr)
            try:
                FINAL(iter("abc"))
            except ValueError as refusal:
                print(refusal)
            [len(kept), SubCallError, SubCallFailure("x").failed]
            """;

    @SuppressWarnings("InlineFormatString")
    private static final String PROBED = """
            ['%1$s'] | %2$s | document True 1
            4: ping ['1: a', '2: bc'] {'sub_calls': 42} ['%2$s']
            ['oc', 'of'] {'a': [1.5, None]} Counter({'a': 2, 'b': 1})
            True {'content': '', 'ready': False} True True __main__
            to stderr
            The final value is an iterator: hand over its items, as list(value).
            [1, <class 'rlm.SubCallError'>, True]
            """;

    private final SandboxPool pool;
    private final SandboxDocument document;
    private final String text;
    private final String mark;
    private final String directions;
    private Repl repl;
    private int cells;

    /**
     * Opens a REPL and sets its variable.
     *
     * @param text the document's text: "document of ..."
     * @param mark what the variable {@code kept} holds
     * @param directions a cell that runs first
     */
    AbusedTask(SandboxPool pool, SandboxDocument document, String text, String mark, String directions)
            throws SandboxException, InterruptedException {
        this.pool = pool;
        this.document = document;
        this.text = text;
        this.mark = mark;
        this.directions = directions;
        this.repl = pool.open(List.of(document));
        prepare();
    }

    /** Calls for one cell, which are answered and counted. */
    CountingCalls calls() {
        return new CountingCalls(repl);
    }

    /** Runs a cell with a limit. */
    CellResult run(String code, Duration limit, CountingCalls calls) throws SandboxException, InterruptedException {
        cells++;
        return repl.run(new Repl.Cell(cells, code), limit, OUTPUT_LIMIT, calls);
    }

    /** Fails unless the variable, the context and all that the REPL lends are as they were before any abuse. */
    void proveItWorks() throws SandboxException, InterruptedException {
        CellResult probe = run(PROBE, PROBE_LIMIT, calls());
        assertThat(probe.output()).isEqualTo(PROBED.formatted(mark, text));
        assertThat(probe.status()).isEqualTo(Status.OK);
        CellResult failing = run("1\nraise LookupError('probe')", PROBE_LIMIT, calls());
        assertThat(failing.error()).isEqualTo("LookupError: probe");
        assertThat(failing.output()).isEqualTo("""
                Traceback (most recent call last):
                  File "<cell %d>", line 2, in <module>
                    raise LookupError('probe')
                LookupError: probe
                """.formatted(cells));
        assertThat(repl.variables()).anyMatch(variable -> variable.name().equals("kept"));
        assertThat(repl.value("kept")).extracting(FinalValue::json).isEqualTo("[\"" + mark + "\"]");
    }

    /** Fails unless the variable and the context are as they were; shorter than {@link #proveItWorks}. */
    void proveItAnswers() throws SandboxException, InterruptedException {
        CellResult result = run("print(kept, '|', context)", PROBE_LIMIT, calls());
        assertThat(result.output()).isEqualTo("['" + mark + "'] | " + text + "\n");
    }

    /** Whether the variable is gone, as after a worker was killed and its REPL not rebuilt. */
    boolean hasLostItsVariable() throws SandboxException, InterruptedException {
        return run("'kept' in globals()", PROBE_LIMIT, calls()).output().equals("False\n");
    }

    /** Sets the variables again, in the same REPL. */
    void prepare() throws SandboxException, InterruptedException {
        CellResult result = run(directions + "kept = ['" + mark + "']\n", PROBE_LIMIT, calls());
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.OK);
    }

    /** Takes another REPL, for instance because the run of this one has ended. */
    void startAnew() throws SandboxException, InterruptedException {
        repl.close();
        repl = pool.open(List.of(document));
        prepare();
    }

    @Override
    public void close() {
        repl.close();
    }
}
