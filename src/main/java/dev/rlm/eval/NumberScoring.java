package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * 0.75 to the power of the difference, as in OOLONG: 1 for the right number, 0.75 for one beside it. What is not one number
 * gets 0.
 *
 * @param gold the right number
 */
record NumberScoring(BigDecimal gold) implements Scoring {

    private static final double BASE = 0.75;

    /** Longer ones take too long to subtract, and nobody means them. */
    private static final int LONGEST = 200;

    private static final Pattern NUMBER =
            Pattern.compile("[-+\u2212]?(?:\\d{1,3}(?:,\\d{3})++|\\d++)(?:\\.\\d++)?(?:[eE][-+]?\\d{1,3})?");

    static NumberScoring of(JsonNode gold) throws EvalException {
        if (!gold.isNumber() && !gold.isTextual()) {
            throw new EvalException("gold must be a number for the scoring 'number'.");
        }
        if (gold.isTextual() && gold.textValue().isBlank()) {
            throw new EvalException("gold is empty: give the right answer.");
        }
        return new NumberScoring(number(gold.asText())
                .orElseThrow(() -> new EvalException("gold must be a number for the scoring 'number'.")));
    }

    @Override
    public double score(String answer) {
        return Readings.of(answer)
                .flatMap(reading -> number(reading).stream())
                .findFirst()
                .map(number -> Math.pow(BASE, number.subtract(gold).abs().doubleValue()))
                .orElse(0.0);
    }

    private static Optional<BigDecimal> number(String text) {
        String stripped = text.strip();
        return stripped.length() <= LONGEST && NUMBER.matcher(stripped).matches()
                ? Optional.of(new BigDecimal(stripped.replace(",", "").replace('\u2212', '-')))
                : Optional.empty();
    }
}
