package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.model.ModelId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for. Null stands for the configured default.
 *
 * @param key what makes a repeated request the same request, or null: within a day the same caller's request with the
 *     same key is answered with the same task
 * @param priority whether it goes before or behind the tasks of others
 * @param question the question
 * @param contextIds the contexts it is about
 * @param rootModel the model that writes code
 * @param subModel the model that the code asks
 * @param limits the limits of this question
 * @param schema the JSON Schema that the answer must fit, as JSON; null if it may be anything
 * @param route how it is answered: direct, rlm, or auto for whichever suits
 * @param session the id of the task that this question follows up, with its contexts and models; null if it stands alone
 * @param verify whether what the answer claims is checked against what it cites
 */
public record TaskRequest(
        @Nullable String key,
        Priority priority,
        String question,
        List<String> contextIds,
        @Nullable ModelId rootModel,
        @Nullable ModelId subModel,
        Limits limits,
        @Nullable String schema,
        @Nullable String route,
        @Nullable String session,
        boolean verify) {

    /** When a task that waits is begun. Within a priority, callers take turns. */
    public enum Priority {
        /** When nothing else waits. */
        LOW,
        /** As usual. */
        NORMAL,
        /** Before all others. */
        HIGH;

        /** Its name as callers and records have it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The priority with a label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Priority ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    public TaskRequest {
        contextIds = List.copyOf(contextIds);
    }

    /** A request for an answer that may be anything, without a key, as usual. */
    public TaskRequest(
            String question,
            List<String> contextIds,
            @Nullable ModelId rootModel,
            @Nullable ModelId subModel,
            Limits limits) {
        this(null, Priority.NORMAL, question, contextIds, rootModel, subModel, limits, null, null, null, false);
    }

    /** This request for an answer that fits a JSON Schema; null if it may be anything. */
    public TaskRequest withSchema(@Nullable String newSchema) {
        return with(newSchema, route, session, verify);
    }

    /** This request with a way of answering: direct, rlm or auto; null for the configured default. */
    public TaskRequest withRoute(@Nullable String newRoute) {
        return with(schema, newRoute, session, verify);
    }

    /** This request as a follow-up of a task; null if it stands alone. */
    public TaskRequest following(@Nullable String task) {
        return with(schema, route, task, verify);
    }

    /** This request with the answer's claims checked, or not. */
    public TaskRequest withVerification(boolean verified) {
        return with(schema, route, session, verified);
    }

    private TaskRequest with(
            @Nullable String newSchema, @Nullable String newRoute, @Nullable String newSession, boolean verified) {
        return new TaskRequest(
                key,
                priority,
                question,
                contextIds,
                rootModel,
                subModel,
                limits,
                newSchema,
                newRoute,
                newSession,
                verified);
    }

    /**
     * Limits of one question; null stands for the configured default.
     *
     * @param turns how many turns the root model has
     * @param subCalls how many sub-calls the code may make
     * @param parallel how many sub-calls run at a time
     * @param usd what all model calls may cost, in US dollars
     * @param time how long answering may take
     * @param depth how deep the recursion may go, 1 to {@value Budget#MOST_DEPTH}: with 1 the code asks sub-models, with 2
     *     also children that do, and so on
     */
    public record Limits(
            @Nullable Integer turns,
            @Nullable Integer subCalls,
            @Nullable Integer parallel,
            @Nullable BigDecimal usd,
            @Nullable Duration time,
            @Nullable Integer depth) {

        /** The configured defaults. */
        public static final Limits DEFAULTS = new Limits(null, null, null, null, null, null);
    }
}
