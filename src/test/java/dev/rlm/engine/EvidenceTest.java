package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.LocatedPrompt;
import dev.rlm.journal.TaskEvent.Part;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.sandbox.CellObservations;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ContextPart;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.PromptParts;
import dev.rlm.sandbox.Prompts;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceTest {

    private static final List<SandboxDocument> DOCUMENTS = List.of(
            new SandboxDocument("a.txt", Path.of("a"), 100),
            new SandboxDocument("empty.txt", Path.of("b"), 0),
            new SandboxDocument("c.txt", Path.of("c"), 300),
            new SandboxDocument("d.txt", Path.of("d"), 600));

    private static final CellObservations.Citation CITED =
            new CellObservations.Citation("c.txt", 3, 4, "the harbour was closed", false);
    private static final CellObservations.Citation OTHER =
            new CellObservations.Citation("d.txt", 9, 9, "nobody resigned in May", false);

    private static final ChildQuestion CHILD_QUESTION = new ChildQuestion(
            "child?",
            new ChildContext.Slices(List.of(new ChildContext.Slice(0, 100))),
            new ContextFacts(100, 1, List.of(), ""));

    private final TestClock clock = new TestClock();
    private final InMemoryJournal journal = new InMemoryJournal(clock);
    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> {
        if (request.messages().toString().contains("fail")) {
            throw new ModelException(ModelException.Kind.REFUSED, "It failed.");
        }
        return request.system().isEmpty() ? ScriptedModel.text("read") : cell("inner");
    });

    private static PromptParts whole(int document, int end) {
        return new PromptParts(List.of(new ContextPart(document, 0, document, end)), true);
    }

    private Answer answer(Repl repl, String... cells) throws Exception {
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> cell(cells[call - 1]));
        Role rootRole = new Role(root, new ModelDescription(root.id(), 100_000L, null, null, Set.of()));
        Role subRole = new Role(sub, new ModelDescription(sub.id(), 100_000L, null, null, Set.of()));
        Ledger ledger = new Ledger(new Budget(9, 50, TokenLimits.NONE, null, Duration.ofHours(1), 1, 8), clock);
        return new RecursiveLanguageModel(rootRole, subRole, EngineSettings.DEFAULTS, clock)
                .answer(new Question("q", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private static ModelReply cell(String code) {
        return ScriptedModel.text("```repl\n" + code + "\n```");
    }

    private EvidenceGathered evidence(String question, Answer answer) {
        return Evidence.of(journal.entriesAfter(0), DOCUMENTS, question, answer);
    }

    private static CellResult asks(HostCalls calls, List<String> prompts, List<PromptParts> located)
            throws InterruptedException {
        calls.query(Prompts.of(prompts).locatedAt(located));
        return ScriptedRepl.printed("asked");
    }

    @Test
    void whatSubModelsReadTheRootSawAndSearchesWentThroughIsToldOfEachDocument() throws Exception {
        Repl repl = new ScriptedRepl()
                .on(
                        "ask",
                        calls -> asks(
                                calls,
                                List.of("one", "two", "fail"),
                                List.of(whole(0, 100), whole(2, 150), whole(3, 600))))
                .on("look", calls -> {
                    calls.observed(new CellObservations(
                            List.of(new ContextPart(2, 100, 2, 200)),
                            List.of(new ContextPart(0, 50, 3, 60)),
                            List.of()));
                    return ScriptedRepl.printed("looked");
                })
                .on("end", ScriptedRepl.ended("7"));
        Coverage coverage =
                evidence("How many?", answer(repl, "ask", "look", "end")).coverage();
        assertThat(coverage.characters()).isEqualTo(1_000);
        assertThat(coverage.bySubModels()).as("a failed call has read nothing").isEqualTo(250);
        assertThat(coverage.byRoot()).isEqualTo(100);
        assertThat(coverage.byScans()).isEqualTo(50 + 300 + 60);
        assertThat(coverage.byAny()).isEqualTo(100 + 300 + 60);
        assertThat(coverage.documents()).isEqualTo(4);
        assertThat(coverage.documentsRead()).isEqualTo(4);
        assertThat(coverage.subCallsUnknown()).isZero();
        assertThat(coverage.leastRead()).containsExactly(new DocumentCoverage("d.txt", 600, 0, 0, 60, 60));
        assertThat(coverage.note()).contains("46.0 %");
        assertThat(journal.entriesAfter(0).stream().map(entry -> entry.event()).toList())
                .filteredOn(PromptsLocated.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(
                                ((PromptsLocated) event).prompts().stream().map(LocatedPrompt::parts))
                        .containsExactly(List.of(new Part(0, 0, 0, 100)), List.of(new Part(2, 0, 2, 150))));
    }

    @Test
    void aSubCallOfWhichNothingIsKnownIsToldAsUnknown() throws Exception {
        Repl repl = new ScriptedRepl()
                .on("ask", calls -> asks(calls, List.of("one", "two"), List.of()))
                .on("end", ScriptedRepl.ended("7"));
        Coverage coverage =
                evidence("List all names.", answer(repl, "ask", "end")).coverage();
        assertThat(coverage.bySubModels()).isZero();
        assertThat(coverage.subCallsUnknown()).isEqualTo(2);
        assertThat(coverage.note()).contains("0.0 %").endsWith("What 2 sub-calls read is not known.");
    }

    @Test
    void partsOfDocumentsThatAreNotThereCountForNothing() throws Exception {
        Repl repl = new ScriptedRepl()
                .on(
                        "ask",
                        calls -> asks(
                                calls,
                                List.of("one"),
                                List.of(new PromptParts(
                                        List.of(
                                                new ContextPart(9, 0, 9, 5),
                                                new ContextPart(3, 0, 0, 5),
                                                new ContextPart(0, 90, 0, Integer.MAX_VALUE)),
                                        true))))
                .on("end", ScriptedRepl.ended("7"));
        assertThat(evidence("q", answer(repl, "ask", "end")).coverage().bySubModels())
                .isEqualTo(10);
    }

    @Test
    void whatTheModelsOfAChildReadIsReadBySubModels() throws Exception {
        Repl repl = new ScriptedRepl()
                .withChildren((context, past) -> new ScriptedRepl().on("inner", calls -> {
                    calls.query(Prompts.of(List.of("of child")).locatedAt(List.of(whole(0, 30))));
                    calls.observed(new CellObservations(List.of(new ContextPart(0, 20, 0, 50)), List.of(), List.of()));
                    return ScriptedRepl.ended("inner");
                }))
                .on("ask", calls -> {
                    calls.ask(List.of(CHILD_QUESTION));
                    return ScriptedRepl.printed("asked");
                })
                .on("end", ScriptedRepl.ended("7"));
        EvidenceGathered evidence = evidence("q", answer(repl, "ask", "end"));
        assertThat(evidence.coverage().bySubModels()).isEqualTo(50);
        assertThat(evidence.coverage().byRoot()).isZero();
        assertThat(evidence.coverage().subCallsUnknown()).isZero();
        assertThat(evidence.citationsMade()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"The harbour was closed [c.txt:3-4].", "\"the harbour was closed\", it says"})
    void citationsThatTheAnswerRefersToAreItsEvidence(String text) throws Exception {
        assertThat(evidence("q", citing(text)).citations())
                .containsExactly(new Citation("c.txt", 3, 4, "the harbour was closed", false));
    }

    @Test
    void anAnswerThatRefersToNoCitationHasAllForEvidence() throws Exception {
        EvidenceGathered evidence = evidence("q", citing("7"));
        assertThat(evidence.citations()).extracting(Citation::document).containsExactly("c.txt", "d.txt");
        assertThat(evidence.citationsMade()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"The harbour was closed [c.txt:3-4].", "\"the harbour was closed\", it says"})
    void whatAChildCitedOfTheTasksDocumentsIsEvidenceAsWell(String text) throws Exception {
        EvidenceGathered evidence = evidence("q", citedByChild(text, CITED, OTHER));
        assertThat(evidence.citations()).containsExactly(new Citation("c.txt", 3, 4, "the harbour was closed", false));
        assertThat(evidence.citationsMade()).isEqualTo(2);
    }

    @Test
    void whatTheRootAndItsChildrenCiteIsOneCitation() throws Exception {
        EvidenceGathered evidence = evidence("q", citedByChild("7", CITED, CITED));
        assertThat(evidence.citationsMade()).isEqualTo(1);
        assertThat(evidence.citations()).extracting(Citation::document).containsExactly("c.txt");
    }

    @Test
    void whatAJournalOfBeforeHasOfAChildsOwnTextsIsNoEvidence() throws Exception {
        CellObservations.Citation own = new CellObservations.Citation("part 1", 3, 4, "of its own", false);
        EvidenceGathered evidence = evidence("q", citedByChild("It is [part 1:3-4].", own, CITED));
        assertThat(evidence.citations()).extracting(Citation::document).containsExactly("c.txt");
        assertThat(evidence.citationsMade()).isEqualTo(1);
    }

    private Answer citedByChild(String text, CellObservations.Citation byChild, CellObservations.Citation byRoot)
            throws Exception {
        Repl repl = new ScriptedRepl()
                .withChildren((context, past) -> new ScriptedRepl().on("inner", calls -> {
                    calls.observed(new CellObservations(List.of(), List.of(), List.of(byChild)));
                    return ScriptedRepl.ended("inner");
                }))
                .on("ask", calls -> {
                    calls.ask(List.of(CHILD_QUESTION));
                    calls.observed(new CellObservations(List.of(), List.of(), List.of(byRoot)));
                    return ScriptedRepl.printed("asked");
                })
                .on("end", ScriptedRepl.ended(text));
        return answer(repl, "ask", "end");
    }

    private Answer citing(String text) throws Exception {
        Repl repl = new ScriptedRepl()
                .on("cite", calls -> {
                    calls.observed(new CellObservations(List.of(), List.of(), List.of(CITED, OTHER, CITED)));
                    return ScriptedRepl.printed("cited");
                })
                .on("end", ScriptedRepl.ended(text));
        return answer(repl, "cite", "end");
    }

    @Test
    void aRunThatIsTakenUpAgainObservesOnceAndHasTheSameEvidence() throws Exception {
        EvidenceGathered before = evidence("q", citing("7"));
        long entries = journal.entriesAfter(0).size();
        assertThat(evidence("q", citing("7"))).isEqualTo(before);
        assertThat(journal.entriesAfter(0)).hasSize((int) entries);
        assertThat(journal.recorded("cell/1/observed", CellObserved.class)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"Find errors about the pump.,find", "Was there any flood at all?,any"})
    void aQuestionForAllOfSomethingIsToldWhatWasNotRead(String question, String word) throws Exception {
        Repl repl = new ScriptedRepl().on("end", ScriptedRepl.ended("7"));
        assertThat(evidence(question, answer(repl, "end")).coverage().note())
                .startsWith("The question may ask for all of something (\"" + word + "\"), and 0.0 %");
    }

    @Test
    void anotherQuestionIsToldNothing() throws Exception {
        Repl repl = new ScriptedRepl().on("end", ScriptedRepl.ended("7"));
        assertThat(evidence("Did it rain at all?", answer(repl, "end"))
                        .coverage()
                        .note())
                .isNull();
    }
}
