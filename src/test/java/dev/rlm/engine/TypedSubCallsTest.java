package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.model.Ability;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Price;
import dev.rlm.model.Usage;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.Prompts;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sub-calls with a schema: replies that fit, one repair of those that do not, and nothing asked twice. */
final class TypedSubCallsTest {

    private static final String COUNT = """
            {"type":"object","properties":{"count":{"type":"integer"}},"required":["count"],"additionalProperties":false}""";
    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private final TestClock clock = new TestClock();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<String, List<String>> replies = new HashMap<>();
    private Journal journal = new InMemoryJournal(clock);
    private Ledger ledger;
    private String schema = COUNT;
    private Set<Ability> abilities = Set.of();
    private int subCalls = 50;
    private int parallel = 4;
    private StopReason stop = StopReason.COMPLETE;

    /** Replies what is scripted for a prompt's first word, and for its repair. */
    private ScriptedModel sub = new ScriptedModel("test:sub", (_, request) -> reply(request));

    private ModelReply reply(ModelRequest request) {
        String prompt = ((Message.User) request.messages().getFirst()).text();
        List<String> scripted = replies.get(prompt.replaceFirst("(?s)\\s.*", ""));
        return new ModelReply(
                scripted.get(request.messages().size() == 1 ? 0 : 1), List.of(), new Usage(100, 10, 0, 0), stop);
    }

    private interface Asking {
        List<Outcome> ask(HostCalls calls) throws InterruptedException;
    }

    private Answer run(Asking asking) throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .on("ask", calls -> {
                    outcomes.clear();
                    outcomes.addAll(asking.ask(calls));
                    return printed("asked");
                })
                .on("end", ended("done"));
        ScriptedModel root = new ScriptedModel(
                "test:root",
                (_, request) ->
                        ScriptedModel.text(request.messages().size() == 1 ? "```repl\nask\n```" : "```repl\nend\n```"));
        ledger = new Ledger(
                new Budget(30, subCalls, null, Duration.ofMinutes(10)).withInFlight(parallel), clock, clock.instant());
        ledger.spentBefore(RunHistory.of(journal, 20_000, 0).spending());
        return new RecursiveLanguageModel(role(root), role(sub), EngineSettings.DEFAULTS, clock)
                .answer(new Question("How many?", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, PRICE, abilities));
    }

    private List<Outcome> ask(String... prompts) throws InterruptedException {
        run(calls -> calls.query(Prompts.typed(List.of(prompts), schema)));
        return List.copyOf(outcomes);
    }

    private Outcome read(String reply) throws InterruptedException {
        replies.put("count", List.of(reply, "no JSON this time"));
        return ask("count the errors").getFirst();
    }

    @Test
    void aModelIsToldTheSchemaAndItsReplyComesBackAsJson() throws Exception {
        assertThat(read("{\"count\": 7}")).isEqualTo(new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.lastMessage(1))
                .startsWith("count the errors\n\nReply with nothing but one JSON value that fits this JSON Schema:")
                .contains("\"count\":{\"type\":\"integer\"}");
        assertThat(sub.requests.getFirst().replySchema()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```json\n{\"count\": 7}\n```",
                "Of course! Here {is} what you [want]:\n\n```\n{\"count\": 7}\n```\nAnything else?",
                "I counted them. {\"count\": 7} is my answer.",
                "  {\"count\": 7}\n"
            })
    void aFenceOrWordsAroundOneValueDoNoHarm(String reply) throws Exception {
        assertThat(read(reply)).isEqualTo(new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"count\": 7} or rather {\"count\": 8}",
                "{\"count\": 7, \"count\": 8}",
                "{\"count\": \"seven\"}",
                "Seven.",
                "{\"count\": 7"
            })
    void whatIsNotOneFittingValueIsAskedForAgain(String reply) throws Exception {
        assertThat(read(reply)).isInstanceOf(Outcome.Failure.class);
        assertThat(sub.requests).hasSize(2);
    }

    @Test
    void aTextThatFitsNeedsNoQuotes() throws Exception {
        schema = "{\"type\":\"string\",\"enum\":[\"location\",\"person\"]}";
        assertThat(read(" location\n")).isEqualTo(new Outcome.Reply("\"location\""));
        journal = new InMemoryJournal(clock);
        assertThat(read("\"person\"")).isEqualTo(new Outcome.Reply("\"person\""));
    }

    @Test
    void aReplyThatDoesNotFitIsRepairedOnceWithWhatIsWrong() throws Exception {
        replies.put("count", List.of("{\"count\": \"seven\"}", "{\"count\": 7}"));
        assertThat(ask("count")).containsExactly(new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.requests.getLast().messages()).hasSize(3);
        assertThat(sub.requests.getLast().messages().get(1))
                .isEqualTo(new Message.Assistant("{\"count\": \"seven\"}", List.of()));
        assertThat(sub.lastMessage(2)).contains("/count: string found, integer expected");
        assertThat(ledger.spent().subCalls()).isEqualTo(2);
        assertThat(ledger.spent().total().inputTokens()).isEqualTo(400);
        assertThat(RunHistory.of(journal, 20_000, 0).spending()).isEqualTo(ledger.spent());
    }

    @Test
    void aSecondReplyThatDoesNotFitFailsWithItsStartAndTheProblem() throws Exception {
        replies.put("count", List.of("Seven.", "It is " + "seven ".repeat(200)));
        assertThat(ask("count").getFirst())
                .isInstanceOfSatisfying(
                        Outcome.Failure.class,
                        failure -> assertThat(failure.message())
                                .contains("does not fit the schema")
                                .contains("There is no JSON value in it")
                                .contains("The reply begins: It is seven seven")
                                .hasSizeLessThan(600));
        assertThat(sub.requests).hasSize(2);
    }

    @Test
    void aReplyThatWasCutIsNotAskedForAgain() throws Exception {
        stop = StopReason.OUTPUT_LIMIT;
        assertThat(read("{\"count\": "))
                .isInstanceOfSatisfying(
                        Outcome.Failure.class,
                        failure -> assertThat(failure.message()).contains("ask for less at a time"));
        assertThat(sub.requests).hasSize(1);
    }

    @Test
    void aRepairIsRefusedAtTheLimitOfSubCalls() throws Exception {
        subCalls = 1;
        replies.put("count", List.of("Seven.", "{\"count\": 7}"));
        assertThat(ask("count").getFirst())
                .isInstanceOfSatisfying(
                        Outcome.Failure.class,
                        failure -> assertThat(failure.message())
                                .contains("cannot be asked again", "limit of 1 sub-calls"));
        assertThat(sub.requests).hasSize(1);
        assertThat(ledger.spent().subCalls()).isEqualTo(1);
        assertThat(recordedOutcomes()).containsExactlyElementsOf(outcomes);
    }

    @Test
    void aBadSchemaIsRefusedWithASentenceAndNobodyIsAsked() throws Exception {
        schema = "{\"type\":\"whole number\"}";
        assertThat(ask("one", "two"))
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome.toString())
                        .contains(HostCalls.SCHEMA_REFUSED + "The schema is no JSON Schema. /type: "));
        assertThat(sub.requests).isEmpty();
    }

    @Test
    void aCallWithASchemaIsAnotherThanOneWithout() throws Exception {
        replies.put("count", List.of("{\"count\": 7}"));
        run(calls -> {
            List<Outcome> all = new ArrayList<>(calls.query(List.of("count")));
            all.addAll(calls.query(Prompts.typed(List.of("count"), COUNT)));
            all.addAll(calls.query(Prompts.typed(List.of("count"), "{\"type\": \"object\"}")));
            return all;
        });
        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Reply("{\"count\": 7}"),
                        new Outcome.Reply("{\"count\":7}"),
                        new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.requests).hasSize(3);
    }

    @Test
    void aModelThatAnswersByASchemaIsGivenItByItsProvider() throws Exception {
        abilities = Set.of(Ability.STRUCTURED_OUTPUT);
        assertThat(read("{\"count\": 7}")).isEqualTo(new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.requests.getFirst().replySchema()).isEqualTo(COUNT);
        assertThat(sub.lastMessage(1)).isEqualTo("count the errors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}} | {\"value\":[1,2]} | [1,2]",
                "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]} | {\"value\":null} | null",
                "{\"type\":\"number\"} | {\"value\":1.50} | 1.50"
            })
    void providersGetAnObjectAroundWhatIsNone(String wanted, String reply, String json) throws Exception {
        abilities = Set.of(Ability.STRUCTURED_OUTPUT);
        schema = wanted;
        assertThat(read(reply)).isEqualTo(new Outcome.Reply(json));
        assertThat(sub.requests.getFirst().replySchema())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"value\":" + wanted
                        + "},\"required\":[\"value\"],\"additionalProperties\":false}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"properties\":{\"count\":{\"type\":\"integer\"}},\"required\":[\"count\"]}",
                "{\"type\":\"object\",\"properties\":{\"count\":{\"type\":\"integer\"}},\"additionalProperties\":false}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"object\"}}}"
            })
    void aSchemaThatNotAllProvidersTakeIsToldInWords(String wanted) throws Exception {
        abilities = Set.of(Ability.STRUCTURED_OUTPUT);
        schema = wanted;
        assertThat(read("{\"count\": 7}")).isEqualTo(new Outcome.Reply("{\"count\":7}"));
        assertThat(sub.requests.getFirst().replySchema()).isNull();
        assertThat(sub.lastMessage(1)).contains("<schema>");
    }

    @Test
    void aSchemaThatAProviderRefusesIsToldInWords() throws Exception {
        abilities = Set.of(Ability.STRUCTURED_OUTPUT);
        sub = new ScriptedModel("test:sub", (_, request) -> {
            if (request.replySchema() != null) {
                throw new ModelException(ModelException.Kind.REFUSED, "This schema is not supported.");
            }
            return reply(request);
        });
        assertThat(read("{\"count\": 7}")).isEqualTo(new Outcome.Reply("{\"count\":7}"));
        assertThat(ledger.spent().subCalls()).isEqualTo(1);
    }

    /** As the REPL gets them when the cell is run again: at a limit, what has no record of its own has the cell's. */
    private List<Outcome> recordedOutcomes() {
        PastCell cell = RunHistory.of(journal, 20_000, 0).cells().getFirst();
        return Prompts.typed(asked, schema).identities().stream()
                .map(identity -> cell.replies()
                        .getOrDefault(
                                new PastCell.Call(Payload.sha256(identity), 1), new Outcome.Failure(cell.refusal())))
                .toList();
    }

    private List<String> asked = List.of("count");

    @ParameterizedTest
    @CsvSource({"1, 50", "4, 50", "1, 5", "1, 4"})
    void aRunThatIsCutAnywhereAsksNobodyTwiceAndEndsTheSame(int atATime, int limit) throws Exception {
        parallel = atATime;
        subCalls = limit;
        asked = List.of("good", "repaired", "bad", "alsoRepaired");
        replies.put("good", List.of("{\"count\": 1}"));
        replies.put("repaired", List.of("Two.", "{\"count\": 2}"));
        replies.put("bad", List.of("Three.", "Still three."));
        replies.put("alsoRepaired", List.of("Four.", "{\"count\": 4}"));
        ask(asked.toArray(String[]::new));
        List<Outcome> expected = List.copyOf(outcomes);
        assertThat(recordedOutcomes()).isEqualTo(expected);
        List<Entry> entries = journal.entriesAfter(0);
        var spent = ledger.spent();
        int calls = sub.requests.size();
        for (int length = 0; length <= entries.size(); length++) {
            journal = new InMemoryJournal(clock);
            int recorded = 0;
            for (Entry entry : entries.subList(0, length)) {
                journal.<TaskEvent, RuntimeException>step(entry.key(), TaskEvent.class, entry::event);
                recorded += entry.event() instanceof SubCallEnded ? 1 : 0;
            }
            sub.requests.clear();
            assertThat(ask(asked.toArray(String[]::new))).isEqualTo(expected);
            assertThat(sub.requests).hasSize(calls - recorded);
            assertThat(ledger.spent()).isEqualTo(spent);
            assertThat(recordedOutcomes()).isEqualTo(expected);
        }
    }
}
