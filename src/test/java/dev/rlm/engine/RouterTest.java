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
    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private @Nullable Long window = 100_000L;
    private @Nullable Price price = PRICE;
    private int levels = 2;

    private Router router() {
        ScriptedModel model = ScriptedModel.saying("unused");
        Role role = new Role(model, new ModelDescription(model.id(), window, null, price, Set.of()));
        return new Router(role, role);
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
        return router().choose(
                        question,
                        new Budget(30, 50, Budget.TokenLimits.NONE, null, Duration.ofMinutes(1), levels, 16),
                        routing);
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
        assertThat(route.depth()).isEqualTo(3);
        assertThat(route.reason()).contains("\"how many\"");
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
