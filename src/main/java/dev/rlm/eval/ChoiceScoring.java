package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * 1 for the right letter, else 0. The answer is the letter, or it says once which letter is the answer: "The correct answer
 * is (C)", "Answer: C". A letter elsewhere in a text is none, and who names two different ones has not chosen.
 *
 * @param gold the right letter, upper case
 * @param choices the letters to choose from; empty if that is not known
 */
record ChoiceScoring(String gold, Set<String> choices) implements Scoring {

    private static final String WRAPPING = "\\s\"'“”‘’`*()\\[\\]{}";

    /**
     * A letter that is said to be the answer. What follows ends the phrase, so that neither "the answer is A combination of
     * both" nor "the answer is A and B" names A. A lower-case a is an article.
     */
    private static final Pattern STATED = Pattern.compile("(?i:\\banswer(?:\\s+is\\b\\s*:?|\\s*:))[" + WRAPPING
            + "]*+(?i:(?:option|choice)\\s+[(\\[*]*+)?([A-Z])(?![\\p{L}\\p{N}_])[\"'”’`*)\\]}]*+"
            + "(?=\\s*+$|\\h*+[\\r\\n]|[.,;:!?]|\\s++[–—-]|\\s++(?:because|since|as)\\b)");

    /** Another letter behind a comma. */
    private static final Pattern ANOTHER =
            Pattern.compile(",\\s*+(?:(?:and|or)\\s++)?[(\\[\"'*]*+([A-Z])(?![\\p{L}\\p{N}_])");

    ChoiceScoring {
        choices = Set.copyOf(choices);
    }

    static ChoiceScoring of(JsonNode gold, Set<String> choices) throws EvalException {
        if (!gold.isTextual()) {
            throw new EvalException("gold must be a letter for the scoring 'choice'.");
        }
        String letter = gold.textValue().strip().toUpperCase(Locale.ROOT);
        if (letter.isEmpty()) {
            throw new EvalException("gold is empty: give the letter of the right choice.");
        }
        if (!isLetter(letter)) {
            throw new EvalException("gold must be a letter for the scoring 'choice', not '" + gold.textValue() + "'.");
        }
        if (!choices.isEmpty() && !choices.contains(letter)) {
            throw new EvalException("gold is " + letter + ", which is none of the choices "
                    + String.join(", ", new TreeSet<>(choices)) + ".");
        }
        return new ChoiceScoring(letter, choices);
    }

    /** Whether a text is one letter, A to Z. */
    static boolean isLetter(String text) {
        return text.length() == 1 && text.charAt(0) >= 'A' && text.charAt(0) <= 'Z';
    }

    @Override
    public double score(String answer) {
        String whole = Readings.bare(answer).toUpperCase(Locale.ROOT);
        Set<String> named = isLetter(whole) ? Set.of(whole) : stated(answer);
        return named.equals(Set.of(gold)) ? 1 : 0;
    }

    private Set<String> stated(String answer) {
        Set<String> letters = new TreeSet<>();
        Matcher stated = STATED.matcher(answer);
        while (stated.find()) {
            letters.add(stated.group(1));
            Matcher another = ANOTHER.matcher(answer).region(stated.end(), answer.length());
            if (another.lookingAt() && isChoice(another.group(1))) {
                letters.add(another.group(1));
            }
        }
        return letters;
    }

    private boolean isChoice(String letter) {
        return choices.isEmpty() || choices.contains(letter);
    }
}
