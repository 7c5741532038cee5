package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.failed;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.schema.JsonSchema;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a run that is stopped: the root model chooses once, and what it makes up is marked or counts for nothing. */
final class SalvageTest {

    private static final String REASON = "The limit of 1 turns is reached.";

    private final LongRun run = new LongRun();

    private Answer stopped(String lastWords) throws InterruptedException {
        return stopped(lastWords, "look");
    }

    /** A run of one turn with this cell, in which the root model says this when it is asked for the best value. */
    private Answer stopped(String lastWords, String cell) throws InterruptedException {
        run.repl.on("look", printed("x")).on("fail", failed(Status.ERROR, "NameError: x"));
        run.budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        return run.answer(root(lastWords, cell));
    }

    private static ScriptedModel root(String lastWords, String cell) {
        return new ScriptedModel(
                "test:root",
                (call, request) ->
                        ScriptedModel.text(isLast(request.system()) ? lastWords : "```repl\n" + cell + "\n```"));
    }

    private static boolean isLast(String system) {
        return system.contains("The run was stopped before the code had handed over");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VARIABLE: tallies",
                "  `VARIABLE: tallies`\n",
                "**VARIABLE:** tallies",
                "tallies",
                "<think>Hm.</think>\nVARIABLE: tallies."
            })
    void theRootModelChoosesAVariable(String words) throws Exception {
        run.variable("result", "1");
        run.variable("tallies", "2");
        assertThat(stopped(words)).isEqualTo(Answer.chosen(new FinalValue("2", "2"), "tallies", REASON));
    }

    @Test
    void itSeesTheQuestionTheReasonAndTheVariablesAndIsChargedNoTurn() throws Exception {
        run.variable("tallies", "2");
        run.repl.variables.add(new Variable("helper", "function", -1, "<function>"));
        run.repl.on("look", printed("x"));
        run.budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        ScriptedModel root = root("tallies", "look");
        run.answer(root);
        assertThat(root.requests).hasSize(2);
        assertThat(((Message.User) root.requests.getLast().messages().getFirst()).text())
                .startsWith("Question:\nHow many?")
                .contains("The run was stopped: " + REASON)
                .endsWith("- tallies: dict of 1 = 2");
        assertThat(run.ledger.spent().turns()).isEqualTo(1);
        assertThat(run.ledger.spent().total().inputTokens()).isEqualTo(200);
        assertThat(RunHistory.of(run.journal, 20_000, 0).spending()).isEqualTo(run.ledger.spent());
    }

    @Test
    void itsOwnWordsAreMarked() throws Exception {
        run.variable("chunks", "2");
        assertThat(stopped("OWN WORDS: About seven.\nPerhaps eight."))
                .isEqualTo(Answer.ownWords(
                        new FinalValue("About seven.\nPerhaps eight.", "\"About seven.\\nPerhaps eight.\""), REASON));
    }

    @Test
    void itsOwnWordsCountForNothingIfNoCellSucceeded() throws Exception {
        run.variable("chunks", "2");
        assertThat(stopped("OWN WORDS: Seven.", "fail"))
                .isEqualTo(Answer.salvaged(new FinalValue("2", "2"), "chunks", REASON));
    }

    @Test
    void withoutAVariableNobodyIsAsked() throws Exception {
        Answer answer = stopped("OWN WORDS: Seven.", "fail");
        assertThat(answer.status()).isEqualTo(Answer.Status.FAILED);
        assertThat(answer.reason()).startsWith(REASON);
        assertThat(run.count(LastReplied.class)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VARIABLE: nothing_like_that", "I do not know.", "VARIABLE: unreadable", "", "OWN WORDS:"})
    void aReplyThatCannotBeUsedLeavesTheChoiceToTheNames(String words) throws Exception {
        run.variable("rows", "2");
        run.variable("result", "1");
        run.repl.variables.add(new Variable("unreadable", "list", 9, "[...]"));
        assertThat(stopped(words)).isEqualTo(Answer.salvaged(new FinalValue("1", "1"), "result", REASON));
    }

    @Test
    void ownWordsThatAreNoShortTextCountForNothing() throws Exception {
        run.variable("rows", "2");
        assertThat(stopped("OWN WORDS: " + "x".repeat(2_001)).origin()).contains("`rows`");
    }

    @Test
    void whatItChoosesMustFitTheSchema() throws Exception {
        run.schema = JsonSchema.parse("{\"type\": \"integer\"}");
        run.variable("rows", "[2]");
        run.variable("count", "3");
        assertThat(stopped("VARIABLE: rows").json()).isEqualTo("3");
        LongRun words = new LongRun();
        words.schema = run.schema;
        words.variable("rows", "[2]");
        words.repl.on("look", printed("x"));
        words.budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        assertThat(words.answer(root("OWN WORDS: 4", "look")).json()).isEqualTo("4");
    }

    @Test
    void aModelThatFailsIsNotAskedAgain() throws Exception {
        run.variable("rows", "2");
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
            throw new ModelException(ModelException.Kind.UNAUTHORIZED, "The key was refused.");
        });
        assertThat(run.answer(root).origin()).contains("`rows`");
        assertThat(root.requests).hasSize(1);
    }

    @Test
    void aLastCallThatFailsLeavesTheChoiceToTheNames() throws Exception {
        run.variable("rows", "2");
        run.repl.on("look", printed("x"));
        run.budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
            if (isLast(request.system())) {
                throw new ModelException(ModelException.Kind.UNAVAILABLE, "It is away.");
            }
            return ScriptedModel.text("```repl\nlook\n```");
        });
        assertThat(run.answer(root)).isEqualTo(Answer.salvaged(new FinalValue("2", "2"), "rows", REASON));
    }

    @Test
    void withoutTokensNobodyIsAsked() throws Exception {
        run.variable("rows", "2");
        run.repl.on("look", printed("x"));
        run.budget = new Budget(9, 5, new TokenLimits(3_000L, null, null), null, Duration.ofMinutes(1), 0, 8);
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
            assertThat(isLast(request.system())).isFalse();
            return new dev.rlm.model.ModelReply(
                    "```repl\nlook\n```",
                    List.of(),
                    new dev.rlm.model.Usage(3_000, 10, 0, 0),
                    dev.rlm.model.ModelReply.StopReason.COMPLETE);
        });
        Answer answer = run.answer(root);
        assertThat(answer.reason()).contains("input tokens");
        assertThat(answer.origin()).contains("`rows`");
    }

    @Test
    void whenTheTimeIsUpThereIsALittleForTheLastCall() throws Exception {
        run.variable("rows", "2");
        run.variable("result", "1");
        run.repl.on("look", calls -> {
            run.clock.advance(Duration.ofMinutes(10));
            return printed("x");
        });
        ScriptedModel root = root("VARIABLE: rows", "look");
        assertThat(run.answer(root).origin()).contains("`rows`, which the root model chose");
        assertThat(root.requests.getLast().deadline())
                .isEqualTo(run.started.plus(Duration.ofMinutes(10)).plusSeconds(20));
    }

    @Test
    void longAfterItsTimeARunAsksNobody() throws Exception {
        run.variable("rows", "2");
        run.repl.on("look", calls -> {
            run.clock.advance(Duration.ofMinutes(11));
            return printed("x");
        });
        ScriptedModel root = root("VARIABLE: rows", "look");
        assertThat(run.answer(root))
                .isEqualTo(Answer.salvaged(new FinalValue("2", "2"), "rows", "The time limit of 600 s is reached."));
        assertThat(root.requests).hasSize(1);
    }

    @Test
    void aRunThatIsCutOffAnywhereIsAskedOnceAndEndsAsBefore() throws Exception {
        run.variable("rows", "2");
        run.variable("result", "1");
        Answer whole = stopped("VARIABLE: rows");
        List<Entry> entries = run.journal.entriesAfter(0);
        for (int kept = 0; kept <= entries.size(); kept++) {
            run.cut(entries, kept);
            long replied = entries.subList(0, kept).stream()
                    .filter(entry -> String.valueOf(entry.key()).matches("root/1|last"))
                    .count();
            ScriptedModel root = root("VARIABLE: rows", "look");
            assertThat(run.answer(root)).isEqualTo(whole);
            assertThat(root.requests).as("after %d entries", kept).hasSize(2 - (int) replied);
            assertThat(run.journal.entriesAfter(0)).hasSameSizeAs(entries);
        }
    }
}
