package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.failed;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.model.Ability;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ToolCall;
import dev.rlm.model.Usage;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.schema.JsonSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a run with a schema ends with fits it. */
final class TypedAnswerTest {

    private static final String COUNT = """
            {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}""";
    private static final String BAD = "```repl\nbad\n```";
    private static final String GOOD = "```repl\ngood\n```";

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);
    private final ScriptedRepl repl = new ScriptedRepl()
            .on("bad", ended("{\"count\": \"seven\"}"))
            .on("good", ended("{\"count\": 7}"))
            .on("look", printed("x"));
    private String schema = COUNT;
    private int turns = 30;
    private Set<Ability> abilities = Set.of();

    private static CellResult ended(String json) {
        return new CellResult(Status.OK, "printed before", 14, null, new FinalValue(json, json), Duration.ZERO);
    }

    private Answer answer(ScriptedModel root) throws Exception {
        return answer(root, repl, journal);
    }

    private Answer answer(ScriptedModel root, Repl inRepl, Journal record) throws Exception {
        Question question = new Question("How many?", List.of(TestContext.LARGE), JsonSchema.parse(schema));
        Budget budget = new Budget(turns, 50, null, Duration.ofMinutes(10));
        Ledger ledger = new Ledger(budget, clock);
        ledger.spentBefore(RunHistory.of(record, 20_000, 0).spending());
        ScriptedModel sub = ScriptedModel.saying("unused");
        return new RecursiveLanguageModel(role(root), role(sub), EngineSettings.DEFAULTS, clock)
                .answer(question, inRepl, record, ledger);
    }

    private Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, null, abilities));
    }

    private void variable(String name, String json) {
        repl.variables.add(new Variable(name, "dict", 1, json));
        repl.values.put(name, new FinalValue(json, json));
    }

    @Test
    void theRootModelIsToldTheSchemaAtTheStart() throws Exception {
        ScriptedModel root = ScriptedModel.saying(GOOD);
        assertThat(answer(root).json()).isEqualTo("{\"count\": 7}");
        assertThat(root.lastMessage(1))
                .contains("fits this JSON Schema")
                .contains("<schema>\n{\"type\":\"object\",\"required\":[\"count\"],");
    }

    @Test
    void aValueThatDoesNotFitGoesBackAndTheNextOneIsTheAnswer() throws Exception {
        ScriptedModel root = ScriptedModel.saying(BAD + "\n```repl\nlook\n```", GOOD);
        Answer answer = answer(root);
        assertThat(repl.ran).containsExactly("bad", "good");
        assertThat(root.lastMessage(2))
                .contains("[cell 1: done]\nprinted before\nThe final value was not taken")
                .contains("- /count: string found, integer expected.\nThe REPL goes on: hand over a value that fits")
                .contains("[not run: the cell before it failed]")
                .contains("Turn 2 of 30");
        assertThat(answer)
                .isEqualTo(new Answer(
                        Answer.Status.ANSWERED,
                        "{\"count\": 7}",
                        "{\"count\": 7}",
                        "Handed over by the code in the REPL.",
                        null));
    }

    @Test
    void aToolCallThatHandsOverWhatDoesNotFitHasFailed() throws Exception {
        abilities = Set.of(Ability.TOOLS);
        ScriptedModel root = new ScriptedModel(
                "test:root",
                (call, request) -> new ModelReply(
                        "",
                        List.of(new ToolCall(
                                "t" + call, "python", call == 1 ? "{\"code\": \"bad\"}" : "{\"code\": \"good\"}")),
                        Usage.NONE,
                        StopReason.TOOL_CALLS));
        assertThat(answer(root).json()).isEqualTo("{\"count\": 7}");
        assertThat(root.requests.get(1).messages().getLast())
                .isInstanceOfSatisfying(
                        Message.ToolResults.class,
                        it -> assertThat(it.results()).singleElement().satisfies(result -> {
                            assertThat(result.isError()).isTrue();
                            assertThat(result.text()).contains("/count: string found, integer expected.");
                        }));
    }

    @Test
    void valuesThatDoNotFitUntilTheTurnsAreUsedUpAreNoAnswer() throws Exception {
        turns = 3;
        Answer answer = answer(ScriptedModel.saying(BAD));
        assertThat(answer)
                .isEqualTo(Answer.failed("The limit of 3 turns is reached. There was no value that fits the schema."));
    }

    @Test
    void atALimitVariablesThatDoNotFitArePassedOver() throws Exception {
        turns = 1;
        repl.values.put("answer", new FinalValue("", "{\"content\": {\"count\": \"7\"}, \"ready\": false}"));
        variable("result", "{\"counts\": 7}");
        variable("summary", "{\"count\": 8}");
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```"));
        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.json()).isEqualTo("{\"count\": 8}");
        assertThat(answer.origin()).contains("`summary`");
    }

    @Test
    void atALimitContentThatFitsComesFirst() throws Exception {
        turns = 1;
        repl.values.put("answer", new FinalValue("", "{\"content\": {\"count\": 9}, \"ready\": false}"));
        variable("result", "{\"count\": 8}");
        assertThat(answer(ScriptedModel.saying("```repl\nlook\n```")).json()).isEqualTo("{\"count\":9}");
    }

    @Test
    void atALimitAWrittenTextCountsOnlyIfItFits() throws Exception {
        turns = 2;
        Answer prose = answer(ScriptedModel.saying("```repl\nlook\n```", "It is 7."));
        assertThat(prose.status()).isEqualTo(Answer.Status.FAILED);
        Journal other = new InMemoryJournal(clock);
        Answer json = answer(ScriptedModel.saying("```repl\nlook\n```", "{\"count\": 7}"), repl, other);
        assertThat(json.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(json.json()).isEqualTo("{\"count\":7}");
    }

    @Test
    void aWrittenTextIsReadAsJson() throws Exception {
        ScriptedModel root = ScriptedModel.saying(
                "```repl\nlook\n```",
                "I think it is 7.",
                "It is 7.",
                "```json\n{\"count\": 7.50}\n```",
                "```json\n{\"count\": 7}\n```");
        Answer answer = answer(root);
        assertThat(root.lastMessage(3)).startsWith("Your reply had no code.");
        assertThat(root.lastMessage(4))
                .startsWith("Your text was not taken as the final value")
                .contains("The value: string found, object expected.", "Reply with nothing but JSON that fits");
        assertThat(root.lastMessage(5)).contains("/count: number found, integer expected.");
        assertThat(answer.status()).isEqualTo(Answer.Status.ANSWERED);
        assertThat(answer.text()).isEqualTo("{\"count\": 7}");
        assertThat(answer.json()).isEqualTo("{\"count\":7}");
        assertThat(answer.origin()).contains("not computed");
    }

    @Test
    void aWrittenTextMayBeTheStringThatIsWanted() throws Exception {
        schema = "{\"type\": \"string\"}";
        Answer plain = answer(ScriptedModel.saying("42", "42"));
        assertThat(plain.text()).isEqualTo("42");
        assertThat(plain.json()).isEqualTo("\"42\"");
        Answer quoted = answer(ScriptedModel.saying("\"42\"", "\"42\""), repl, new InMemoryJournal(clock));
        assertThat(quoted).isEqualTo(plain);
    }

    @Test
    void aTextAfterNothingButFailuresStaysNoAnswerEvenIfItFits() throws Exception {
        repl.on("look", failed(Status.ERROR, "NameError: context"));
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```", "{\"count\": 7}", "{\"count\": 7}"));
        assertThat(answer.reason()).startsWith("Every cell failed");
    }

    @Test
    void cellsThatAreKilledWithAValueThatDoesNotFitEndTheRun() throws Exception {
        repl.on(
                "bad",
                new CellResult(
                        Status.KILLED, "", 0, "It was killed.", new FinalValue("7", "7"), Duration.ofSeconds(1)));
        Answer answer = answer(ScriptedModel.saying(BAD));
        assertThat(repl.ran).hasSize(5);
        assertThat(answer.reason()).contains("5 killed cells in a row");
    }

    @Test
    void aRunThatIsTakenUpAgainAnywhereComesToTheSameAnswer() throws Exception {
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
            long turn = request.messages().stream()
                    .filter(Message.Assistant.class::isInstance)
                    .count();
            return ScriptedModel.text(
                    List.of(BAD, BAD, "It is 7.", "It is 7!", GOOD).get((int) turn));
        });
        Map<String, RememberingRepl.Behaviour> cells = Map.of(
                "bad",
                (state, calls) -> {
                    state.add("bad");
                    return ended("\"" + state + "\"");
                },
                "good",
                (state, calls) -> ended("{\"count\": " + state.size() + "}"));
        Answer whole = answer(root, new RememberingRepl(cells, List.of()), journal);
        assertThat(whole.json()).isEqualTo("{\"count\": 2}");
        List<Journal.Entry> entries = journal.entriesAfter(0);
        for (int length = 0; length <= entries.size(); length++) {
            Journal cut = new InMemoryJournal(clock);
            for (Journal.Entry entry : entries.subList(0, length)) {
                cut.<TaskEvent, RuntimeException>step(entry.key(), TaskEvent.class, entry::event);
            }
            RememberingRepl again =
                    new RememberingRepl(cells, RunHistory.of(cut, 20_000, 0).cells());
            assertThat(answer(root, again, cut))
                    .as("cut after %s entries", length)
                    .isEqualTo(whole);
            assertThat(cut.entriesAfter(0))
                    .extracting(Journal.Entry::key)
                    .isEqualTo(entries.stream().map(Journal.Entry::key).toList());
        }
    }
}
