package dev.rlm.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The F1 of the pairs that the answer lists, as in OOLONG-Pairs: twice the right ones of them, divided by those listed and
 * those that are right. Neither the order within a pair nor that of the list matters, and a pair counts once. The answer is
 * JSON, or a text with pairs such as {@code (a, b)}.
 *
 * @param gold the right pairs
 */
record PairsScoring(Set<Pair> gold) implements Scoring {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Pattern WRITTEN = Pattern.compile("[(\\[]([^()\\[\\],]*+),([^()\\[\\],]*+)[)\\]]");

    /**
     * Two members in the order of their texts.
     *
     * @param first the first, folded
     * @param second the second, folded
     */
    record Pair(String first, String second) {

        static Pair of(String one, String other) {
            String a = Readings.folded(one);
            String b = Readings.folded(other);
            return a.compareTo(b) <= 0 ? new Pair(a, b) : new Pair(b, a);
        }
    }

    PairsScoring {
        gold = Set.copyOf(gold);
    }

    static PairsScoring of(JsonNode gold) throws EvalException {
        if (gold.isArray() && gold.isEmpty()) {
            throw new EvalException("gold is an empty list: give the right pairs.");
        }
        Set<Pair> pairs = pairs(gold)
                .orElseThrow(() -> new EvalException(
                        "gold must be a list of pairs for the scoring 'pairs', such as [[\"a\", \"b\"]]."));
        for (Pair pair : pairs) {
            if (pair.first().isEmpty() || pair.first().equals(pair.second())) {
                throw new EvalException("gold has a pair whose members are empty or the same.");
            }
        }
        return new PairsScoring(pairs);
    }

    @Override
    public double score(String answer) {
        Set<Pair> listed = json(answer).flatMap(PairsScoring::pairs).orElseGet(() -> written(answer));
        long right = listed.stream().filter(gold::contains).count();
        return 2.0 * right / (listed.size() + gold.size());
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A list of lists with two texts or numbers each; empty if it is anything else. */
    private static Optional<Set<Pair>> pairs(JsonNode list) {
        Set<Pair> pairs = new HashSet<>();
        for (JsonNode pair : list) {
            if (!pair.isArray() || pair.size() != 2 || !isMember(pair.get(0)) || !isMember(pair.get(1))) {
                return Optional.empty();
            }
            pairs.add(Pair.of(pair.get(0).asText(), pair.get(1).asText()));
        }
        return list.isArray() ? Optional.of(pairs) : Optional.empty();
    }

    private static boolean isMember(JsonNode node) {
        return node.isTextual() || node.isNumber();
    }

    private static Set<Pair> written(String text) {
        Set<Pair> pairs = new HashSet<>();
        Matcher matcher = WRITTEN.matcher(text);
        while (matcher.find()) {
            pairs.add(Pair.of(unquoted(matcher.group(1)), unquoted(matcher.group(2))));
        }
        return pairs;
    }

    private static String unquoted(String member) {
        return member.replaceAll("^[\\s\"'“”‘’`*]++|[\"'“”‘’`*]\\s*+$", "");
    }
}
