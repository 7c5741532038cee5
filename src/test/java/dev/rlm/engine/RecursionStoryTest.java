package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.model.Message;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.SandboxPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tree of children, three of each, whose REPLs stand side by side in one real worker. */
@Tag("slow")
final class RecursionStoryTest {

    private static final Pattern QUESTION = Pattern.compile("Question:\n(node[0-9.]*)");
    private static final Pattern GRANDCHILD = Pattern.compile("node\\.\\d\\.\\d");
    private static final int LINES = 2_700;
    private static final int PARALLEL = 8;

    /** Splits its context among children until there is no further level, and adds up what they count. */
    private static final String FIRST_TURN = Story.turn("""
            mine = "NODE"
            for i in range(50):
                print("seen by", mine, "#", i)
            if budget()["levels_left"] > 0:
                size = len(context) // 3
                parts = [context[i * size:(i + 1) * size] for i in range(3)]
                answers = rlm_query_batched([f"{mine}.{i}" for i in range(3)], parts)
            else:
                answers = [llm_query(f"{mine}: " + context[:20]) and str(context.count("x"))]
            """);

    private static final String SECOND_TURN = Story.turn("""
            assert mine == "NODE"
            FINAL(sum(int(answer) for answer in answers))
            """);

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final CountDownLatch full = new CountDownLatch(PARALLEL);
    private final CountDownLatch overfull = new CountDownLatch(PARALLEL + 1);

    /** Answers a call that is in flight among others. */
    private String counted(ModelRequest request) throws InterruptedException {
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            if (isFirstOfGrandchild(request)) {
                awaitOthers();
            }
            return reply(request);
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /**
     * Holds the first turns of the nine grandchildren until as many are in flight as may be, and then for a while, in
     * which the ninth would be in flight too.
     */
    private void awaitOthers() throws InterruptedException {
        full.countDown();
        overfull.countDown();
        var _ = full.await(2, TimeUnit.MINUTES);
        var _ = overfull.await(200, TimeUnit.MILLISECONDS);
    }

    private static boolean isFirstOfGrandchild(ModelRequest request) {
        return !request.system().isEmpty()
                && request.messages().size() == 1
                && GRANDCHILD.matcher(node(request)).matches();
    }

    private static String node(ModelRequest request) {
        Matcher asked = QUESTION.matcher(Told.opening(request));
        assertThat(asked.find()).isTrue();
        return asked.group(1);
    }

    /** Says what a node of the tree is to do, and checks that it sees its own output only. */
    private static String reply(ModelRequest request) {
        if (request.system().isEmpty()) {
            return "read";
        }
        List<Message> messages = request.messages();
        String node = node(request);
        if (messages.size() == 1) {
            return FIRST_TURN.replace("NODE", node);
        }
        List<String> seen = ((Message.User) messages.getLast())
                .text()
                .lines()
                .filter(line -> line.startsWith("seen by"))
                .toList();
        assertThat(seen).hasSize(50);
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i)).isEqualTo("seen by " + node + " # " + i);
        }
        return SECOND_TURN.replace("NODE", node);
    }

    @Test
    void aTreeOfChildrenMixesNothingAndCountsAndPaysRight() throws Exception {
        try (SandboxPool sandbox = Story.sandbox()) {
            Told told = Story.over("a.txt", "x 😀 line\n".repeat(LINES))
                    .asking("node")
                    .within(new Budget(5, 1_000, TokenLimits.NONE, null, Duration.ofHours(1), 3, PARALLEL))
                    .models(this::counted)
                    .play(sandbox);
            assertThat(told.answer().reason()).isNull();
            assertThat(told.answer().text()).isEqualTo(String.valueOf(LINES));
            assertThat(mostInFlight).as("calls in flight at a time").hasValue(PARALLEL);
            assertThat(inFlight).hasValue(0);
            assertThat(told.events(ChildEnded.class)).hasSize(3 + 9 + 27);
            assertThat(told.ledger().spent().turns()).isEqualTo(2);
            assertThat(told.ledger().spent().subCalls())
                    .as("two turns of each child, and a prompt of each leaf")
                    .isEqualTo(2 * 39 + 27);
            assertThat(RunHistory.of(told.journal(), 20_000, 3).spending())
                    .isEqualTo(told.ledger().spent());
        }
    }
}
