package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.engine.Routing.Choice;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouterTest {

    private static final String LOOK_UP = "What is the port of the database?";
    private static final String COUNT = "How many errors are there?";
    private static final String OPEN = "Tell the story of the errors.";

    /** Tokens that take many sub-calls. */
    private static final long LARGE = 100_000_000;

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private @Nullable Long window = 100_000L;
    private @Nullable Price price = PRICE;
    private int levels = 2;

    /** The names of the models, which have the profiles that the program has for them. */
    private String root = "test:gpt-5";

    private String sub = "test:gpt-5-mini";

    private Router router() {
        return new Router(role(root), role(sub));
    }

    private Role role(String id) {
        ScriptedModel model = new ScriptedModel(id, (call, request) -> ScriptedModel.text("unused"));
        return new Role(model, new ModelDescription(model.id(), window, null, price, Set.of()));
    }

    private static Question question(String text, long... tokens) {
        return new Question(
                text,
                java.util.Arrays.stream(tokens).mapToObj(RouterTest::context).toList());
    }

    private static Context context(long tokens) {
        return new Context(
                "ctx_a",
                Context.LOCAL,
                "a",
                Instant.EPOCH,
                List.of(new Document("a.txt", "00", tokens * 4, tokens * 4, 7)),
                tokens * 4,
                tokens,
                "It begins",
                List.of());
    }

    private Routed choose(Question question, Routing routing) {
        return router().choose(question, budget(), routing);
    }

    private Budget budget() {
        return new Budget(30, 50, Budget.TokenLimits.NONE, null, Duration.ofMinutes(1), levels, 16);
    }

    @Test
    void aLookUpInASmallContextIsAnsweredDirectly() {
        Routed route = choose(question(LOOK_UP, 3_000, 1_000), Routing.DEFAULT);
        assertThat(route.route()).isEqualTo("direct");
        assertThat(route.depth()).isZero();
        assertThat(route.reason()).contains("about 4000 tokens", "16000 are read directly");
        // 4,000 tokens read at 1 USD and 300 written at 10 USD a million.
        assertThat(route.usd()).isEqualByComparingTo("0.007");
    }

    @Test
    void aLookUpInALargeContextIsAnsweredByCodeWithoutChildren() {
        Routed route = choose(question(LOOK_UP, 16_001), Routing.DEFAULT);
        assertThat(route.route()).isEqualTo("rlm");
        assertThat(route.depth()).isEqualTo(1);
        assertThat(route.reason()).contains("about 16001 tokens", "children are not needed");
    }

    @Test
    void whatTakesAllOfTheContextIsAnsweredByCodeHoweverSmallItIs() {
        Routed route = choose(question(COUNT, 10), Routing.DEFAULT);
        assertThat(route.route()).isEqualTo("rlm");
        assertThat(route.reason()).contains("\"how many\"");
    }

    /** Of 100,000 tokens one sub-call reads 220,000 characters, and four characters count as a token. */
    @Test
    void whatFewSubCallsReadGetsOneLevelOfChildrenAtMost() {
        Routed route = choose(question(COUNT, 3_574_999), Routing.DEFAULT);
        assertThat(route.depth()).isEqualTo(2);
        assertThat(route.reason())
                .isEqualTo("The question takes all of the context (\"how many\"), which code is better at."
                        + " About 64 sub-calls read it, so children need none of their own.");
        assertThat(choose(question(OPEN, 3_574_999), Routing.DEFAULT).depth()).isEqualTo(2);
        assertThat(router().depthAfterDirect(question(LOOK_UP, 10), budget())).isEqualTo(2);
    }

    @Test
    void whatTakesManySubCallsGetsTheWholeDepthOfTheBudget() {
        Routed route = choose(question(COUNT, 3_575_000), Routing.DEFAULT);
        assertThat(route.depth()).isEqualTo(3);
        assertThat(route.reason()).endsWith("which code is better at.");
        assertThat(choose(question(OPEN, 3_575_000), Routing.DEFAULT).depth()).isEqualTo(3);
        assertThat(choose(question(LOOK_UP, 3_575_000), Routing.DEFAULT).depth())
                .isEqualTo(1);
    }

    @Test
    void theRootModelsProfileLimitsTheDepth() {
        levels = 4;
        assertThat(choose(question(COUNT, LARGE), Routing.DEFAULT))
                .satisfies(route -> assertThat(route.depth()).isEqualTo(3))
                .satisfies(route -> assertThat(route.reason())
                        .endsWith("Children are limited by the profile 'gpt' of the root model: it has 3 as its"
                                + " deepest recursion."));
        root = "test:qwen3-8b";
        assertThat(choose(question(COUNT, 10), Routing.DEFAULT))
                .satisfies(route -> assertThat(route.depth()).isEqualTo(1))
                .satisfies(route -> assertThat(route.reason())
                        .contains("'small' of the root model")
                        .doesNotContain("sub-calls read it"));
    }

    @Test
    void theSubModelsProfileLimitsItsChildren() {
        levels = 4;
        sub = "test:qwen3-8b";
        Routed route = choose(question(COUNT, LARGE), Routing.DEFAULT);
        assertThat(route.depth()).isEqualTo(2);
        assertThat(route.reason()).contains("'small' of the sub-model, which writes the code of children");
    }

    @Test
    void theBudgetLimitsTheDepthWithoutAWord() {
        levels = 0;
        for (long tokens : new long[] {10, LARGE}) {
            Routed route = choose(question(COUNT, tokens), Routing.DEFAULT);
            assertThat(route.depth()).isEqualTo(1);
            assertThat(route.reason()).endsWith("which code is better at.");
        }
    }

    @Test
    void whatNeedsCodeForOtherReasonsIsLimitedAlike() {
        Question verified = new Question(LOOK_UP, List.of(context(10)), null, Session.NONE, true);
        Routed route = choose(verified, Routing.DEFAULT);
        assertThat(route.depth()).isEqualTo(2);
        assertThat(route.reason()).contains("is to be verified").endsWith("so children need none of their own.");
    }

    @Test
    void halfOfASmallWindowIsReadDirectlyAtMost() {
        window = 8_000L;
        assertThat(choose(question(LOOK_UP, 4_000), Routing.DEFAULT).route()).isEqualTo("direct");
        assertThat(choose(question(LOOK_UP, 4_001), Routing.DEFAULT).route()).isEqualTo("rlm");
        window = null;
        assertThat(choose(question(LOOK_UP, 16_000), Routing.DEFAULT).route()).isEqualTo("direct");
    }

    @Test
    void withALimitOfNoTokensNothingIsReadDirectly() {
        assertThat(choose(question(LOOK_UP, 1), new Routing(Choice.AUTO, 0)).route())
                .isEqualTo("rlm");
    }

    @Test
    void theCallersChoiceHolds() {
        root = "test:qwen3-8b";
        assertThat(choose(question(COUNT, 90_000), new Routing(Choice.DIRECT, 16_000)))
                .extracting(Routed::route, Routed::reason)
                .containsExactly("direct", "It was asked for.");
        assertThat(choose(question(LOOK_UP, 10), new Routing(Choice.RLM, 16_000)))
                .extracting(Routed::route, Routed::depth, Routed::reason)
                .containsExactly("rlm", 3, "It was asked for.");
    }

    @Test
    void whatDoesNotFitIntoOneCallIsRefusedWithWhatToDo() {
        assertThat(router().refusal(question(LOOK_UP, 90_000))).isNull();
        assertThat(router().refusal(question(LOOK_UP, 90_001)))
                .contains("about 90001 tokens")
                .contains("can read about 90000 in one call")
                .contains("leave `route` out");
    }

    @Test
    void withoutAPriceThereIsNoEstimate() {
        price = null;
        assertThat(choose(question(LOOK_UP, 10), Routing.DEFAULT).usd()).isNull();
        assertThat(choose(question(COUNT, 10), Routing.DEFAULT).usd()).isNull();
    }
}
