package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.Price;
import dev.rlm.model.Usage;
import dev.rlm.schema.JsonSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DirectAnswerTest {

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);
    private final AtomicInteger reads = new AtomicInteger();
    private @Nullable BigDecimal usd = BigDecimal.ONE;
    private @Nullable String schema;
    private Ledger ledger = new Ledger(new Budget(30, 50, usd, Duration.ofMinutes(10)), clock);

    private Answer answer(ScriptedModel root) throws Exception {
        Question question = new Question(
                "What is the port?", List.of(TestContext.LARGE), schema == null ? null : JsonSchema.parse(schema));
        ledger = new Ledger(new Budget(30, 50, usd, Duration.ofMinutes(10)), clock);
        ledger.spentBefore(RunHistory.of(journal, 20_000, 0).spending());
        Role role = new Role(root, new ModelDescription(root.id(), 100_000L, null, PRICE, Set.of()));
        return new DirectAnswer(role, EngineSettings.DEFAULTS, clock).answer(question, this::text, journal, ledger);
    }

    private String text() {
        reads.incrementAndGet();
        return "===== a.txt =====\nThe port is 4711.";
    }

    @Test
    void theModelReadsTheQuestionAndAllDocumentsInOneCall() throws Exception {
        ScriptedModel root = ScriptedModel.saying(" 4711\n");
        assertThat(answer(root))
                .isEqualTo(new Answer(
                        Answer.Status.ANSWERED,
                        "4711",
                        "\"4711\"",
                        "Written by the root model, which read the whole context in one call.",
                        null));
        assertThat(root.requests).hasSize(1);
        assertThat(root.requests.getFirst().system()).contains("CANNOT ANSWER");
        assertThat(root.lastMessage(1))
                .isEqualTo("Question:\nWhat is the port?\n\n===== a.txt =====\nThe port is 4711.");
    }

    @Test
    void theCallCountsAsATurnAndIsNeitherMadeNorCountedAgain() throws Exception {
        ScriptedModel root = ScriptedModel.saying("4711", "never");
        Answer first = answer(root);
        assertThat(ledger.spent().turns()).isEqualTo(1);
        assertThat(ledger.spent().total().usd()).isEqualByComparingTo("0.0002");
        assertThat(answer(root)).isEqualTo(first);
        assertThat(ledger.spent().turns()).isEqualTo(1);
        assertThat(root.requests).hasSize(1);
        assertThat(reads).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CANNOT ANSWER", "Cannot answer.", "**CANNOT ANSWER**", "  "})
    void aModelThatFoundNothingGivesNoAnswer(String reply) throws Exception {
        assertThat(answer(ScriptedModel.saying(reply)).reason()).contains("found no answer");
    }

    @Test
    void aReplyThatWasCutIsNoAnswer() throws Exception {
        ScriptedModel root = new ScriptedModel(
                "test:root",
                (call, request) -> new ModelReply("47", List.of(), new Usage(100, 10, 0, 0), StopReason.OUTPUT_LIMIT));
        assertThat(answer(root).reason()).contains("cut at its output limit");
    }

    @Test
    void withASchemaTheAnswerFitsItOrThereIsNone() throws Exception {
        schema = "{\"type\": \"integer\"}";
        ScriptedModel root = ScriptedModel.saying("```json\n4711\n```");
        assertThat(answer(root).json()).isEqualTo("4711");
        assertThat(root.lastMessage(1)).contains("Reply with JSON that fits").contains("{\"type\":\"integer\"}");
    }

    @Test
    void anAnswerThatDoesNotFitTheSchemaIsNone() throws Exception {
        schema = "{\"type\": \"integer\"}";
        assertThat(answer(ScriptedModel.saying("It is 4711")).reason()).contains("does not fit the schema");
    }

    @Test
    void aModelThatFailsAndABudgetThatIsTooSmallAreReasons() throws Exception {
        ScriptedModel failing = new ScriptedModel("test:root", (call, request) -> {
            throw new ModelException(ModelException.Kind.REFUSED, "No such model.", null);
        });
        assertThat(answer(failing).reason()).isEqualTo("The root model could not be asked: No such model.");
        usd = new BigDecimal("0.0001");
        ScriptedModel root = ScriptedModel.saying("4711");
        assertThat(answer(root).reason()).contains("cost limit");
        assertThat(root.requests).isEmpty();
    }
}
