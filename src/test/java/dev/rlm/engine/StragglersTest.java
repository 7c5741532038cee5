package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.budget.Ledger;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The second request of the slowest calls of a batch. */
class StragglersTest {

    private static final int CALLS = Stragglers.LEAST_CALLS;

    private final TestClock clock = new TestClock();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch firstMayFail = new CountDownLatch(1);
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private volatile boolean secondFails;

    /** Leaves its first "slow" request without a reply, and answers everything else at once. */
    private final ScriptedModel model = new ScriptedModel("test:sub", (call, request) -> {
        String prompt = text(request);
        if (!prompt.equals("slow")) {
            return ScriptedModel.text("re " + prompt);
        }
        if (slowRequests() > 1) {
            if (secondFails) {
                throw new ModelException(ModelException.Kind.UNAVAILABLE, "Not now.");
            }
            return ScriptedModel.text("second");
        }
        try {
            firstMayFail.await();
        } catch (InterruptedException e) {
            abandoned.set(true);
            throw e;
        }
        return ScriptedModel.text("first");
    });

    private Ledger ledger = ledger(50);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private Ledger ledger(int subCalls) {
        return new Ledger(new Budget(9, subCalls, TokenLimits.NONE, null, Duration.ofHours(1), 0, 20), clock);
    }

    private static String text(ModelRequest request) {
        return ((Message.User) request.messages().getFirst()).text();
    }

    private long slowRequests() {
        synchronized (model.requests) {
            return model.requests.stream()
                    .filter(request -> text(request).equals("slow"))
                    .count();
        }
    }

    private Future<ModelReply> ask(LanguageModel asked, String prompt) {
        Callable<ModelReply> call =
                () -> asked.complete(ModelRequest.prompt(prompt, clock.instant().plusSeconds(60)));
        return threads.submit(call);
    }

    /** Makes a batch of which all calls but one are answered. */
    private Future<ModelReply> slowOne() throws Exception {
        Stragglers batch = new Stragglers(new Role(model, ModelDescription.unknown(model.id())), CALLS, clock, ledger);
        Future<ModelReply> slow = ask(batch, "slow");
        List<Future<ModelReply>> others = IntStream.range(1, CALLS)
                .mapToObj(number -> ask(batch, "call " + number))
                .toList();
        for (Future<ModelReply> other : others) {
            other.get();
        }
        return slow;
    }

    @Test
    void aCallThatTakesMuchLongerThanMostIsAskedAgainAndTheFirstReplyCounts() throws Exception {
        Future<ModelReply> slow = slowOne();
        clock.advance(Duration.ofMillis(900));
        Thread.sleep(200);
        assertThat(slowRequests()).as("it has not taken long").isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(slow.get().text()).isEqualTo("second");
        await().untilTrue(abandoned);
        assertThat(slow.get().usage())
                .as("both requests are paid for")
                .isEqualTo(ScriptedModel.text("").usage().plus(new Usage(1, 0, 0, 0)));
        assertThat(ledger.spent().subCalls()).as("the caller settles for both").isZero();
        assertThat(ledger.subCallsLeft()).isEqualTo(50);
    }

    @Test
    void aSecondRequestThatFailsLeavesTheFirst() throws Exception {
        secondFails = true;
        Future<ModelReply> slow = slowOne();
        clock.advance(Duration.ofSeconds(2));
        await().until(() -> slowRequests() == 2);
        firstMayFail.countDown();
        assertThat(slow.get().text()).isEqualTo("first");
    }

    @Test
    void nothingIsAskedAgainBeyondTheBudget() throws Exception {
        ledger = ledger(0);
        Future<ModelReply> slow = slowOne();
        clock.advance(Duration.ofSeconds(2));
        Thread.sleep(200);
        assertThat(slowRequests()).isEqualTo(1);
        firstMayFail.countDown();
        assertThat(slow.get().text()).isEqualTo("first");
    }

    @Test
    void aSlowCallBeforeMostAreAnsweredIsNoStraggler() throws Exception {
        Stragglers batch = new Stragglers(new Role(model, ModelDescription.unknown(model.id())), 100, clock, ledger);
        Future<ModelReply> slow = ask(batch, "slow");
        ask(batch, "call").get();
        clock.advance(Duration.ofMinutes(1));
        Thread.sleep(200);
        assertThat(slowRequests()).isEqualTo(1);
        firstMayFail.countDown();
        assertThat(slow.get().text()).isEqualTo("first");
    }

    @Test
    void theOnlyFailureIsTheCallersFailure() {
        ScriptedModel failing = new ScriptedModel("test:sub", (call, request) -> {
            throw new ModelException(ModelException.Kind.REFUSED, "No.");
        });
        Stragglers batch =
                new Stragglers(new Role(failing, ModelDescription.unknown(failing.id())), CALLS, clock, ledger);
        assertThatThrownBy(() -> ask(batch, "x").get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ModelException.class)
                .hasMessage("No.");
    }
}
