package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Contexts;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Question;
import dev.rlm.engine.Role;
import dev.rlm.engine.Router;
import dev.rlm.engine.Routing;
import dev.rlm.engine.Session;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.ClientModels;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import dev.rlm.task.Sessions.Followed;
import dev.rlm.task.TaskRequest.Limits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns requests into what is recorded of them, and that into what is needed to answer them. Thread-safe. */
final class TaskPlanner {

    private static final int LONGEST_QUESTION = 100_000;

    private static final String LENT_NO_MORE =
            "The model of this task was lent by the client that asked, to the server that it"
                    + " asked, which has ended, or has not come to the task in time: ask again with `session` set to this task's id, to go"
                    + " on from where it ended.";

    private final TaskSettings settings;
    private final Contexts contexts;
    private final Roles roles;
    private final Sessions sessions;

    TaskPlanner(TaskSettings settings, Contexts contexts, Roles roles, Sessions sessions) {
        this.settings = settings;
        this.contexts = contexts;
        this.roles = roles;
        this.sessions = sessions;
    }

    /** All that is needed to answer a question. */
    record Plan(Question question, Role root, Role sub, Budget budget, EngineSettings engine, Routing routing) {

        /** This plan without more levels of children than a depth of recursion has. */
        Plan withDepth(int depth) {
            return new Plan(question, root, sub, budget.withDepth(depth - 1), engine, routing);
        }
    }

    /**
     * The record of a caller's request.
     *
     * @param lent what the client that asks lends, or null
     * @throws TaskException if it cannot be run
     */
    Submitted submitted(String caller, TaskRequest request, @Nullable ClientModels lent) throws TaskException {
        Optional<Followed> followed = sessions.followed(caller, request);
        List<String> contextIds =
                followed.map(task -> task.asked().contextIds()).orElse(request.contextIds());
        List<String> follows = followed.map(Followed::chain).orElse(List.of());
        Question question = new Question(
                question(request.question()),
                contexts(caller, contextIds),
                schema(request.schema()),
                Session.NONE,
                request.verify());
        sessions.requireKept(follows);
        Role root = role(orElse(
                request.rootModel(),
                followed.map(task -> ModelId.parse(task.asked().rootModel())).orElse(settings.rootModel())));
        Role sub = role(orElse(
                request.subModel(),
                followed.map(task -> ModelId.parse(task.asked().subModel())).orElse(settings.subModel())));
        Budget budget = budget(request.limits());
        requirePrices(budget, request.limits().usd() != null, root, sub);
        EngineSettings engine = settings.engine().suiting(root);
        if (isLent(root) || isLent(sub)) {
            if (lent == null) {
                throw new TaskException(ClientModels.NOT_LENT);
            }
            budget = budget.withInFlight(Math.min(budget.inFlight(), lent.callsInFlight()));
            engine = engine.unhurried(lent.callTime());
        }
        Routing routing = routing(request.route(), question, root, sub);
        return new Submitted(
                question.text(),
                contextIds,
                root.model().id().toString(),
                sub.model().id().toString(),
                budget.turns(),
                budget.subCalls(),
                budget.usd(),
                budget.time(),
                new Options(
                        request.priority().label(),
                        budget.inFlight(),
                        budget.depth(),
                        budget.tokens().input(),
                        budget.tokens().output(),
                        budget.tokens().cached(),
                        engine.outputCharacters(),
                        engine.cellTime(),
                        engine.totalCellTime(),
                        engine.callTime(),
                        followed.map(task -> task.asked().options().toolCalls()).orElse(engine.toolCalls()),
                        routing.choice().label(),
                        routing.directTokens(),
                        engine.retryStragglers()),
                question.schema() == null ? null : question.schema().json(),
                follows,
                question.verify());
    }

    /**
     * What is needed to answer a recorded question of a caller now and here.
     *
     * @param lent what the client that asked lends, or null if nothing is known of that here
     * @throws TaskException if a model or a context that it needs is not there any more
     */
    Plan plan(String caller, Submitted submitted, @Nullable ClientModels lent) throws TaskException {
        return new Plan(
                new Question(
                        submitted.question(),
                        contexts(caller, submitted.contextIds()),
                        schema(submitted.schema()),
                        sessions.read(submitted.follows()),
                        submitted.verify()),
                role(ModelId.parse(submitted.rootModel()), lent),
                role(ModelId.parse(submitted.subModel()), lent),
                budget(submitted),
                EngineSettings.of(submitted.options()),
                Routing.of(submitted.options()));
    }

    private static boolean isLent(Role role) {
        return ClientModels.isOne(role.model().id());
    }

    private Routing routing(@Nullable String asked, Question question, Role root, Role sub) throws TaskException {
        Routing routing =
                asked == null ? settings.routing() : settings.routing().with(choice(asked));
        String refusal = routing.choice() == Routing.Choice.DIRECT ? new Router(root, sub).refusal(question) : null;
        if (refusal != null) {
            throw new TaskException(refusal);
        }
        return routing;
    }

    private static Routing.Choice choice(String label) throws TaskException {
        try {
            return Routing.Choice.ofLabel(label);
        } catch (IllegalArgumentException e) {
            throw new TaskException("The route must be auto, direct or rlm, not '" + label + "'.");
        }
    }

    private static Budget budget(Submitted submitted) {
        Options options = submitted.options();
        return new Budget(
                submitted.turns(),
                submitted.subCalls(),
                new TokenLimits(options.inputTokens(), options.outputTokens(), options.cachedTokens()),
                submitted.usd(),
                submitted.timeLimit(),
                options.depth(),
                options.parallel());
    }

    private static String question(String asked) throws TaskException {
        String text = asked.strip();
        if (text.isEmpty()) {
            throw new TaskException("The question is empty: say what you want to know about the context.");
        }
        if (text.length() > LONGEST_QUESTION) {
            throw new TaskException("The question has " + text.length() + " characters, at most " + LONGEST_QUESTION
                    + " are allowed: load long material as a context and refer to it.");
        }
        return text;
    }

    private static @Nullable JsonSchema schema(@Nullable String json) throws TaskException {
        try {
            return json == null ? null : JsonSchema.parse(json);
        } catch (SchemaException e) {
            throw new TaskException(e.getMessage());
        }
    }

    private Role role(ModelId id) throws TaskException {
        try {
            return roles.of(id);
        } catch (ModelException e) {
            throw new TaskException(e.getMessage());
        }
    }

    private Role role(ModelId id, @Nullable ClientModels lent) throws TaskException {
        if (!ClientModels.isOne(id)) {
            return role(id);
        }
        if (lent == null) {
            throw new TaskException(LENT_NO_MORE);
        }
        try {
            return roles.of(id, lent);
        } catch (ModelException e) {
            throw new TaskException(e.getMessage());
        }
    }

    private Budget budget(Limits limits) throws TaskException {
        Budget standard = settings.budget();
        try {
            return new Budget(
                    orElse(limits.turns(), standard.turns()),
                    orElse(limits.subCalls(), standard.subCalls()),
                    standard.tokens(),
                    limits.usd() == null ? standard.usd() : limits.usd(),
                    orElse(limits.time(), standard.time()),
                    levels(limits.depth(), standard),
                    orElse(limits.parallel(), standard.inFlight()));
        } catch (IllegalArgumentException e) {
            throw new TaskException(String.valueOf(e.getMessage()));
        }
    }

    private static int levels(@Nullable Integer depth, Budget standard) throws TaskException {
        if (depth == null) {
            return standard.depth();
        }
        if (depth < 1 || depth > Budget.MOST_DEPTH) {
            throw new TaskException("The depth of recursion must be 1 to " + Budget.MOST_DEPTH + ", not " + depth
                    + ": with 1 the code asks sub-models, with 2 also children that do.");
        }
        return depth - 1;
    }

    private static <T> T orElse(@Nullable T asked, T standard) {
        return asked == null ? standard : asked;
    }

    /** A cost limit can only hold where every price is known. */
    private static void requirePrices(Budget budget, boolean chosen, Role... roles) throws TaskException {
        BigDecimal usd = budget.usd();
        for (Role role : roles) {
            if (usd != null && role.description().price() == null) {
                throw new TaskException("A cost limit cannot be kept, because the price of "
                        + role.model().id()
                        + " is not known. "
                        + (chosen ? "Leave the cost limit out, or use" : "The server is configured with one; use")
                        + " a model with a known price.");
            }
        }
    }

    private List<Context> contexts(String caller, List<String> contextIds) throws TaskException {
        if (contextIds.isEmpty()) {
            throw new TaskException("No context is named: load one first, and pass its id.");
        }
        ContextStore own = contexts.of(caller);
        List<Context> found = new ArrayList<>();
        for (String id : contextIds) {
            try {
                found.add(own.find(id)
                        .orElseThrow(() -> new TaskException("There is no context with the id '" + id
                                + "'. It may have been deleted; list the contexts, or load it again.")));
            } catch (ContextException e) {
                throw new TaskException(e.getMessage());
            }
        }
        return found;
    }
}
