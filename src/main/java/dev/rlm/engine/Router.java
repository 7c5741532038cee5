package dev.rlm.engine;

import dev.rlm.budget.Budget;
import dev.rlm.context.Context;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.model.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how a question is answered, before any model is asked: by one direct call, if it looks something up and the
 * contexts fit into the root model's window comfortably, else by code; and how deep the recursion may go. It asks no model.
 *
 * <p>By code, a question that looks something up gets no children. Others get as many levels of them as the budget allows, but
 * one at most where few sub-calls read the contexts, and not more than the profiles of the two models say. What the
 * caller chooses is not looked at like this: code that is asked for gets the budget's whole depth.
 */
public final class Router {

    /** The key of the step that chooses. */
    public static final String STEP = "route";

    /** The most tokens of one call to a model whose window is not known. */
    private static final long LARGEST_WINDOW = 1_000_000;

    /** A run by code, as it is reckoned with: so many turns, each of which reads and writes so many tokens. */
    private static final int TURNS = 6;

    private static final int TOKENS_READ_A_TURN = 6_000;
    private static final int TOKENS_WRITTEN_A_TURN = 600;

    /** What so many sub-calls read needs no children of children. */
    private static final int SUB_CALLS_OF_ONE_LEVEL = 64;

    /** What a reply with an answer has, in tokens. */
    private static final int TOKENS_OF_REPLY = 300;

    private final Role root;
    private final Role sub;

    /** A router for questions to these two models. */
    public Router(Role root, Role sub) {
        this.root = root;
        this.sub = sub;
    }

    /** The way of a question. */
    public Routed choose(Question question, Budget budget, Routing routing) {
        long tokens = tokens(question);
        return switch (routing.choice()) {
            case DIRECT -> direct(tokens, "It was asked for.");
            case RLM -> byCode(tokens, new Levels(budget.depth(), ""), "It was asked for.");
            case AUTO ->
                needsCode(question)
                        .map(reason -> byCode(tokens, levels(tokens, budget), reason))
                        .orElseGet(() -> chosen(question, tokens, budget, routing.directTokens()));
        };
    }

    /** How deep the recursion may go where code looks for what a direct answer did not find. */
    public int depthAfterDirect(Question question, Budget budget) {
        return levels(tokens(question), budget).number() + 1;
    }

    /**
     * Levels of children.
     *
     * @param limit why there are fewer than the budget allows, a sentence; empty if there are not
     */
    private record Levels(int number, String limit) {

        static final Levels NONE = new Levels(0, "");

        /** These levels, or so many if that is less. */
        Levels atMost(int other, String why) {
            return number <= other ? this : new Levels(other, why);
        }
    }

    private Levels levels(long tokens, Budget budget) {
        Levels levels = new Levels(budget.depth(), "");
        long calls = subCallsThatRead(tokens);
        if (calls <= SUB_CALLS_OF_ONE_LEVEL) {
            levels = levels.atMost(
                    1, "About %d sub-calls read it, so children need none of their own.".formatted(calls));
        }
        // Children have the sub-model as their root model.
        return levels.atMost(root.profile().deepest() - 1, limit("root model", root))
                .atMost(sub.profile().deepest(), limit("sub-model, which writes the code of children", sub));
    }

    private static String limit(String model, Role role) {
        return "Children are limited by the profile '%s' of the %s: it has %d as its deepest recursion."
                .formatted(role.profile().name(), model, role.profile().deepest());
    }

    /** Why only code will do, whatever the question and the size of the contexts. */
    private static Optional<String> needsCode(Question question) {
        if (question.verify()) {
            return Optional.of("What the answer claims is to be verified, which takes the citations of code.");
        }
        if (question.images() > 0) {
            return Optional.of("The context has images, which code shows to the sub-model.");
        }
        return question.session().hasTurns()
                ? Optional.of("It goes on with the REPL and the conversation of the question that it follows up.")
                : Optional.empty();
    }

    /** Why a question cannot be answered in one call as its caller wants it, a sentence; null if it can. */
    public @Nullable String refusal(Question question) {
        if (question.verify()) {
            return "A direct answer cites nothing that could be verified: leave `route` out, or `verify`.";
        }
        if (question.images() > 0) {
            return "The contexts have images, which a direct answer does not see: leave `route` out, so that code shows them to the sub-model.";
        }
        long tokens = tokens(question);
        long room = room();
        return tokens <= room
                ? null
                : "The contexts have about %d tokens, and %s can read about %d in one call: leave `route` out, so that code reads them."
                        .formatted(tokens, root.model().id(), room);
    }

    private Routed chosen(Question question, long tokens, Budget budget, long directTokens) {
        QuestionKind kind = QuestionKind.of(question.text());
        // Half of the window: models get worse before it is full.
        long most = Math.min(directTokens, window() / 2);
        String size = "The context has about " + tokens + " tokens, and up to " + most + " are read directly";
        return switch (kind) {
            case LOOK_UP ->
                tokens <= most
                        ? direct(tokens, size + "; the question looks something up.")
                        : byCode(
                                tokens,
                                Levels.NONE,
                                size + ". The question looks something up, so children are not needed.");
            case EXHAUSTIVE ->
                byCode(
                        tokens,
                        levels(tokens, budget),
                        "The question takes all of the context (\""
                                + QuestionKind.exhaustiveWordsOf(question.text())
                                        .orElse("")
                                + "\"), which code is better at.");
            case OPEN ->
                byCode(
                        tokens,
                        levels(tokens, budget),
                        tokens <= most ? "The question is not plainly one that looks something up." : size + ".");
        };
    }

    private Routed direct(long tokens, String reason) {
        return new Routed(Routing.Choice.DIRECT.label(), 0, reason, cost(root, tokens, TOKENS_OF_REPLY));
    }

    private Routed byCode(long tokens, Levels levels, String reason) {
        return new Routed(
                Routing.Choice.RLM.label(),
                levels.number() + 1,
                levels.limit().isEmpty() ? reason : reason + " " + levels.limit(),
                costByCode(tokens));
    }

    /** About how many sub-calls read contexts once. */
    private long subCallsThatRead(long tokens) {
        return Math.max(1, tokens * 4 / sub.profile().charactersOfSubCall(sub.description()));
    }

    /** What a run by code costs in which sub-models read the contexts once; null if a price is not known. */
    private @Nullable BigDecimal costByCode(long tokens) {
        BigDecimal turns = cost(root, (long) TURNS * TOKENS_READ_A_TURN, (long) TURNS * TOKENS_WRITTEN_A_TURN);
        BigDecimal subCalls = cost(sub, tokens, subCallsThatRead(tokens) * TOKENS_OF_REPLY);
        return turns == null || subCalls == null ? null : turns.add(subCalls);
    }

    private static @Nullable BigDecimal cost(Role role, long read, long written) {
        return role.description().cost(new Usage(read, written, 0, 0));
    }

    private static long tokens(Question question) {
        return question.contexts().stream().mapToLong(Context::tokens).sum();
    }

    private long window() {
        Long known = root.description().window();
        return known == null ? LARGEST_WINDOW : known;
    }

    /** What one call can read besides the instructions and with room for the reply. */
    private long room() {
        return window() * 9 / 10;
    }
}
