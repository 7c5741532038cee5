package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * 1 for any of the right texts, else 0. Case and the amount of white space do not matter.
 *
 * @param accepted the right texts, folded
 */
record ExactScoring(Set<String> accepted) implements Scoring {

    ExactScoring {
        accepted = Set.copyOf(accepted);
    }

    static ExactScoring of(JsonNode gold) throws EvalException {
        Set<String> accepted = new LinkedHashSet<>();
        for (JsonNode each : gold.isArray() ? gold : Set.of(gold)) {
            if (!each.isTextual()) {
                throw new EvalException("gold must be a text or a list of texts for the scoring 'exact'.");
            }
            String folded = Readings.folded(each.textValue());
            if (folded.isEmpty()) {
                throw new EvalException("gold is empty: give the right answer.");
            }
            accepted.add(folded);
        }
        if (accepted.isEmpty()) {
            throw new EvalException("gold is an empty list: give the right answer.");
        }
        return new ExactScoring(accepted);
    }

    @Override
    public double score(String answer) {
        return Readings.of(answer).map(Readings::folded).anyMatch(accepted::contains) ? 1 : 0;
    }
}
