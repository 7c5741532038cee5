package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.HostCalls.Outcome.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A question's batch of sub-calls, one of which has a slow reply. */
final class RetryStragglersTest {

    private static final String SLOW = "the slow one";
    private static final List<String> PROMPTS = List.of("a", "b", SLOW, "d", "e", "f", "g", "h");
    private static final int SUB_CALLS = 50;
    private static final ModelReply REPLY = ScriptedModel.text("");

    private final TestClock clock = new TestClock();
    private final InMemoryJournal journal = new InMemoryJournal(clock);
    private final Ledger ledger = new Ledger(new Budget(30, SUB_CALLS, null, Duration.ofMinutes(10)), clock);
    private final List<Outcome> outcomes = new ArrayList<>();
    private final AtomicInteger slowRequests = new AtomicInteger();
    private final AtomicInteger leftDuringBoth = new AtomicInteger();
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private volatile boolean firstReplies;

    private final ScriptedModel sub = new ScriptedModel("test:sub", (_, request) -> {
        String prompt = ((Message.User) request.messages().getFirst()).text();
        if (!prompt.equals(SLOW)) {
            return ScriptedModel.text("re " + prompt);
        }
        return slowRequests.incrementAndGet() == 1 ? first() : second();
    });

    /** Is late once all others are answered, and then has no reply unless it may have one. */
    private ModelReply first() throws InterruptedException {
        await().atMost(Duration.ofMinutes(1)).until(() -> answered() == PROMPTS.size() - 1);
        clock.advance(Duration.ofSeconds(2));
        if (firstReplies) {
            Thread.sleep(200);
            return ScriptedModel.text("first");
        }
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("It was let go.");
        } catch (InterruptedException e) {
            abandoned.set(true);
            throw e;
        }
    }

    private ModelReply second() {
        leftDuringBoth.set(ledger.subCallsLeft());
        return ScriptedModel.text("second");
    }

    private long answered() {
        return journal.entriesAfter(0).stream()
                .filter(entry -> entry.event() instanceof SubCallEnded)
                .count();
    }

    private void run(boolean retryStragglers) throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .on("ask", calls -> {
                    outcomes.addAll(calls.query(PROMPTS));
                    return printed("asked");
                })
                .on("end", ended("done"));
        ScriptedModel root = ScriptedModel.saying("```repl\nask\n```", "```repl\nend\n```");
        EngineSettings defaults = EngineSettings.DEFAULTS;
        EngineSettings settings = new EngineSettings(
                defaults.outputCharacters(),
                defaults.cellTime(),
                defaults.totalCellTime(),
                defaults.callTime(),
                defaults.toolCalls(),
                retryStragglers);
        Answer answer = new RecursiveLanguageModel(
                        new Role(root, new ModelDescription(root.id(), 100_000L, null, null, Set.of())),
                        new Role(sub, ModelDescription.unknown(sub.id())),
                        settings,
                        clock)
                .answer(new Question("How many?", List.of(TestContext.LARGE)), repl, journal, ledger);
        assertThat(answer.text()).isEqualTo("done");
    }

    private static List<Outcome> repliesWith(String slow) {
        return PROMPTS.stream()
                .<Outcome>map(prompt -> new Reply(prompt.equals(SLOW) ? slow : "re " + prompt))
                .toList();
    }

    @Test
    void theSlowCallIsAskedAgainAndTheBatchIsCompleteAndInOrder() throws Exception {
        run(true);
        assertThat(outcomes).isEqualTo(repliesWith("second"));
        assertThat(sub.requests).hasSize(PROMPTS.size() + 1);
        ModelRequest second = sub.requests.getLast();
        assertThat(sub.requests)
                .filteredOn(request -> request.messages().equals(second.messages()))
                .as("the same request twice")
                .containsExactly(second, second);
        await().untilTrue(abandoned);
    }

    @Test
    void bothRequestsAreOneSubCallThatHasReadItsPromptTwice() throws Exception {
        run(true);
        assertThat(leftDuringBoth).as("while both are under way, each counts").hasValue(SUB_CALLS - PROMPTS.size() - 1);
        assertThat(ledger.spent().subCalls()).isEqualTo(PROMPTS.size());
        assertThat(ledger.subCallsLeft()).isEqualTo(SUB_CALLS - PROMPTS.size());
        assertThat(ledger.spent().sub().inputTokens())
                .as("the abandoned request has read about as much as its prompt has")
                .isEqualTo(PROMPTS.size() * REPLY.usage().inputTokens() + TokenEstimate.of(SLOW));
        assertThat(ledger.spent().sub().outputTokens())
                .as("what the abandoned request has written is not known")
                .isEqualTo(PROMPTS.size() * REPLY.usage().outputTokens());
        assertThat(RunHistory.of(journal, 20_000, 0).spending()).isEqualTo(ledger.spent());
    }

    @Test
    void withoutTheSettingTheSlowCallIsWaitedFor() throws Exception {
        firstReplies = true;
        run(false);
        assertThat(outcomes).isEqualTo(repliesWith("first"));
        assertThat(sub.requests).hasSize(PROMPTS.size());
        assertThat(ledger.spent().subCalls()).isEqualTo(PROMPTS.size());
        assertThat(ledger.spent().sub().inputTokens())
                .isEqualTo(PROMPTS.size() * REPLY.usage().inputTokens());
    }
}
