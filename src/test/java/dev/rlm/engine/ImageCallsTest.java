package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.model.Ability;
import dev.rlm.model.Image;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.Prompts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sub-calls with images. */
class ImageCallsTest {

    private static final Image PICTURE = new Image("image/png", Path.of("picture"));

    private final TestClock clock = new TestClock();
    private final InMemoryJournal journal = new InMemoryJournal(clock);
    private final List<Outcome> outcomes = new ArrayList<>();
    private final ScriptedModel sub =
            new ScriptedModel("test:sub", (call, request) -> ScriptedModel.text("reply " + call));
    private ModelDescription subModel = seeing(Set.of(Ability.IMAGES));

    private ModelDescription seeing(Set<Ability> abilities) {
        return new ModelDescription(sub.id(), 100_000L, null, null, abilities);
    }

    private void run(Prompts... asked) throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .on("ask", calls -> {
                    for (Prompts prompts : asked) {
                        outcomes.addAll(calls.query(prompts));
                    }
                    return printed("asked");
                })
                .on("end", ended("done"));
        ScriptedModel root = ScriptedModel.saying("```repl\nask\n```", "```repl\nend\n```");
        Ledger ledger = new Ledger(new Budget(9, 50, null, Duration.ofMinutes(10)), clock, clock.instant());
        new RecursiveLanguageModel(
                        new Role(root, new ModelDescription(root.id(), 100_000L, null, null, Set.of())),
                        new Role(sub, subModel),
                        EngineSettings.DEFAULTS,
                        number -> number == 2 ? Optional.of(PICTURE) : Optional.empty(),
                        TaskFunctions.NONE,
                        clock)
                .answer(new Question("What?", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private static Prompts showing(Integer... images) {
        return Prompts.of(List.of("What is it?")).showing(List.of(List.of(images)));
    }

    @Test
    void theSubModelIsShownTheImageAndTheRecordSaysWhich() throws Exception {
        run(showing(2), Prompts.of(List.of("What is it?")), showing(2));
        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Reply("reply 1"), new Outcome.Reply("reply 2"), new Outcome.Reply("reply 3"));
        assertThat(sub.requests.getFirst().messages())
                .containsExactly(new Message.User("What is it?", List.of(PICTURE)));
        assertThat(sub.requests.get(1).messages()).containsExactly(new Message.User("What is it?"));
        assertThat(journal.entriesAfter(0).stream()
                        .map(entry -> entry.event())
                        .filter(SubCallEnded.class::isInstance)
                        .map(event -> ((SubCallEnded) event).images()))
                .containsExactly(List.of(2), List.of(), List.of(2));
        assertThat(RunHistory.of(journal, 20_000, 0).cells().getFirst().replies())
                .hasSize(3);
    }

    @Test
    void aModelThatSeesNoImagesIsNotAsked() throws Exception {
        subModel = seeing(Set.of(Ability.TOOLS));
        run(showing(2));
        assertThat(sub.requests).isEmpty();
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome ->
                        assertThat(outcome.toString()).contains("The sub-model test:sub does not see images"));
    }

    @Test
    void aModelOfWhichNothingIsKnownIsAsked() throws Exception {
        subModel = ModelDescription.unknown(sub.id());
        run(showing(2));
        assertThat(outcomes).containsExactly(new Outcome.Reply("reply 1"));
    }

    @Test
    void aDocumentThatIsNoImageIsRefused() throws Exception {
        run(showing(2, 7));
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.toString())
                        .contains("There is no image in the document with the number 7."));
        assertThat(sub.requests).isEmpty();
    }
}
