package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one run went.
 *
 * @param key what was asked
 * @param score 0 to 1; 0 if there is no answer
 * @param outcome how it ended, and what it took
 */
public record RunResult(RunKey key, double score, Outcome outcome) {

    /** How much of an answer a file of results holds, in characters. */
    private static final int LONGEST_ANSWER = 20_000;

    /**
     * What makes a run the same run.
     *
     * @param id the item's id
     * @param arm the way in which it was asked
     * @param run the number of the run, from 1
     * @param item the fingerprint of the item and its files
     * @param setup the models and limits
     */
    public record RunKey(String id, String arm, int run, String item, String setup) {}

    /** Whether it has no answer. */
    public boolean failed() {
        return !outcome.hasAnswer();
    }

    /** This result as JSON, in one line. */
    String toLine() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", key.id());
        json.put("arm", key.arm());
        json.put("run", key.run());
        json.put("score", score);
        json.put("state", outcome.state());
        String answer = outcome.answer();
        json.put("answer", answer == null || answer.length() <= LONGEST_ANSWER ? answer : cut(answer));
        json.put("answer_characters", answer == null ? 0 : answer.length());
        json.put("reason", outcome.reason());
        json.put("route", outcome.route());
        json.put("turns", outcome.turns());
        json.put("sub_calls", outcome.subCalls());
        json.put("input_tokens", outcome.inputTokens());
        json.put("output_tokens", outcome.outputTokens());
        json.put("cached_tokens", outcome.cachedTokens());
        json.put("cost_usd", outcome.usd());
        Duration time = outcome.time();
        json.put("milliseconds", time == null ? null : (Long) time.toMillis());
        json.put("setup", key.setup());
        json.put("item", key.item());
        return json.toString();
    }

    private static String cut(String answer) {
        return answer.substring(
                0, Character.isHighSurrogate(answer.charAt(LONGEST_ANSWER - 1)) ? LONGEST_ANSWER - 1 : LONGEST_ANSWER);
    }

    /**
     * The result that a JSON object tells.
     *
     * @throws IllegalArgumentException if it tells none
     */
    static RunResult of(JsonNode json) {
        double score = json.path("score").asDouble(-1);
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score must be 0 to 1");
        }
        JsonNode time = json.path("milliseconds");
        JsonNode usd = json.path("cost_usd");
        return new RunResult(
                new RunKey(
                        required(json, "id"),
                        required(json, "arm"),
                        json.path("run").asInt(),
                        required(json, "item"),
                        required(json, "setup")),
                score,
                new Outcome(
                        required(json, "state"),
                        text(json, "answer"),
                        text(json, "reason"),
                        text(json, "route"),
                        json.path("turns").asInt(),
                        json.path("sub_calls").asInt(),
                        json.path("input_tokens").asLong(),
                        json.path("output_tokens").asLong(),
                        json.path("cached_tokens").asLong(),
                        usd.isNumber() ? usd.decimalValue() : null,
                        time.isIntegralNumber() ? Duration.ofMillis(time.longValue()) : null));
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.path(name).textValue();
    }

    private static String required(JsonNode json, String name) {
        String text = text(json, name);
        if (text == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return text;
    }
}
