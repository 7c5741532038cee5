package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** How an answer is compared with the right one, which it knows. Immutable. */
public sealed interface Scoring permits ExactScoring, NumberScoring, ChoiceScoring, PairsScoring, DateScoring {

    /** The names of the kinds. */
    List<String> KINDS = List.of("exact", "number", "choice", "pairs", "date");

    /** How good an answer is, 0 to 1: 1 if it is the right one. Any text is an answer. */
    double score(String answer);

    /**
     * The scoring of an item.
     *
     * @param kind one of {@link #KINDS}
     * @param gold the right answer
     * @param choices the letters to choose from; empty if none are named
     * @throws EvalException if there is no such kind, or the right answer is missing, empty or none of that kind
     */
    static Scoring of(String kind, JsonNode gold, Set<String> choices) throws EvalException {
        if (gold.isMissingNode() || gold.isNull()) {
            throw new EvalException("gold is missing: give the right answer.");
        }
        return switch (kind) {
            case "exact" -> ExactScoring.of(gold);
            case "number" -> NumberScoring.of(gold);
            case "choice" -> ChoiceScoring.of(gold, choices);
            case "pairs" -> PairsScoring.of(gold);
            case "date" -> DateScoring.of(gold);
            default ->
                throw new EvalException("scoring must be one of " + String.join(", ", KINDS) + ", not '" + kind + "'.");
        };
    }
}
