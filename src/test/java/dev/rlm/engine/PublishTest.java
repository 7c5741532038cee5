package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.journal.TaskEvent.Value;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.SandboxException;
import dev.rlm.schema.JsonSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What code publishes: it is recorded at once and once, checked, and the best that a run that is stopped has. */
final class PublishTest {

    private static final FinalValue THREE = new FinalValue("3", "3");
    private static final FinalValue FOUR = new FinalValue("4", "4");

    private final LongRun run = new LongRun();
    private final List<Outcome> outcomes = new ArrayList<>();

    private void cells() {
        run.repl
                .on("publish", calls -> {
                    outcomes.add(calls.publish(THREE));
                    outcomes.add(calls.publish(FOUR));
                    return printed("published");
                })
                .on("look", printed("x"))
                .on("end", ended("7"));
    }

    @Test
    void theLatestIsTheAnswerOfARunThatIsStoppedAndComesBeforeAllElse() throws Exception {
        cells();
        run.budget = new Budget(2, 5, null, Duration.ofMinutes(1));
        run.variable("final_answer", "9");
        run.repl.values.put("answer", new FinalValue("", "{\"content\": 8, \"ready\": false}"));
        ScriptedModel root = ScriptedModel.saying("```repl\npublish\n```", "```repl\nlook\n```");
        assertThat(run.answer(root)).isEqualTo(Answer.published(FOUR, "The limit of 2 turns is reached."));
        assertThat(root.requests).as("nobody is asked what to take").hasSize(2);
    }

    @Test
    void aFinalValueComesBeforeIt() throws Exception {
        cells();
        assertThat(run.answer(ScriptedModel.saying("```repl\npublish\n```", "```repl\nend\n```"))
                        .text())
                .isEqualTo("7");
        assertThat(run.journal.entriesAfter(0).stream().map(Entry::event).filter(Published.class::isInstance))
                .containsExactly(
                        new Published(1, new Value("3", "3"), null), new Published(1, new Value("4", "4"), null));
    }

    @Test
    void aSandboxThatFailsLeavesWhatWasPublished() throws Exception {
        cells();
        run.repl.on("die", calls -> {
            throw new SandboxException("It is gone.");
        });
        assertThat(run.answer(ScriptedModel.saying("```repl\npublish\n```", "```repl\ndie\n```")))
                .isEqualTo(Answer.published(FOUR, "The sandbox failed: It is gone."));
    }

    @Test
    void whatDoesNotFitTheSchemaIsRefusedWithASentenceAndTheOneBeforeStays() throws Exception {
        run.schema = JsonSchema.parse("{\"type\": \"integer\", \"maximum\": 3}");
        cells();
        run.budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        Answer answer = run.answer(ScriptedModel.saying("```repl\npublish\n```"));
        assertThat(answer.text()).isEqualTo("3");
        assertThat(outcomes.getFirst()).isEqualTo(new Outcome.Reply(""));
        assertThat(((Outcome.Failure) outcomes.getLast()).message())
                .startsWith("The value was not published, because it does not fit the JSON Schema:\n- ");
    }

    @Test
    void whatIsTooLongOrNoJsonIsRefused() throws Exception {
        run.repl.on("publish", calls -> {
            outcomes.add(calls.publish(new FinalValue("x".repeat(10_000_001), "1")));
            outcomes.add(calls.publish(new FinalValue("x", "{\"a\"")));
            return ended("7");
        });
        assertThat(run.answer(ScriptedModel.saying("```repl\npublish\n```")).text())
                .isEqualTo("7");
        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Failure("The value has more than 10000000 characters: publish less."),
                        new Outcome.Failure("The value cannot be published: it is no JSON."));
    }

    @Test
    void codeThatPublishesOnAndOnIsToldSo() throws Exception {
        run.repl.on("publish", calls -> {
            for (int i = 0; i < 150; i++) {
                outcomes.add(calls.publish(THREE));
            }
            return ended("7");
        });
        run.answer(ScriptedModel.saying("```repl\npublish\n```"));
        assertThat(run.count(Published.class)).isEqualTo(100);
        assertThat(outcomes.subList(100, 150))
                .containsOnly(new Outcome.Failure("100 values were published in this cell: publish less often."));
    }

    @Test
    void aRunThatIsCutOffAnywherePublishesNothingTwiceAndEndsAsBefore() throws Exception {
        run.schema = JsonSchema.parse("{\"type\": \"integer\", \"maximum\": 3}");
        cells();
        run.budget = new Budget(2, 5, null, Duration.ofMinutes(1));
        ScriptedModel root = new ScriptedModel(
                "test:root",
                (call, request) -> ScriptedModel.text(
                        request.messages().size() == 1 ? "```repl\npublish\n```" : "```repl\nlook\n```"));
        Answer whole = run.answer(root);
        List<Entry> entries = run.journal.entriesAfter(0);
        assertThat(whole.text()).isEqualTo("3");
        for (int kept = 0; kept <= entries.size(); kept++) {
            run.cut(entries, kept);
            assertThat(run.answer(root)).as("after %d entries", kept).isEqualTo(whole);
            assertThat(run.journal.entriesAfter(0).stream().map(Entry::event))
                    .as("after %d entries", kept)
                    .containsExactlyElementsOf(
                            entries.stream().map(Entry::event).toList());
        }
    }

    @Test
    void aReplThatIsBuiltAgainHearsTheSameOfItsPublications() throws Exception {
        run.schema = JsonSchema.parse("{\"type\": \"integer\", \"maximum\": 3}");
        cells();
        run.answer(ScriptedModel.saying("```repl\npublish\n```", "```repl\nend\n```", "```repl\nend\n```"));
        PastCell first = RunHistory.of(run.journal, 20_000, 0).cells().getFirst();
        assertThat(first.replies().get(PastCell.publication(1))).isEqualTo(outcomes.getFirst());
        assertThat(first.replies().get(PastCell.publication(2))).isEqualTo(outcomes.get(1));
    }
}
