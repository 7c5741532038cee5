package dev.rlm.engine;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a question wants to know, told from its words. It knows English only and errs towards {@link #OPEN}: who takes a
 * look-up for more than that loses a little time, and who takes more for a look-up gets a wrong answer.
 */
public enum QuestionKind {
    /** One thing that stands somewhere. */
    LOOK_UP,
    /** Something that takes all of the input: to find, count, compare, sum up or verify everything. */
    EXHAUSTIVE,
    /** Neither is plain. */
    OPEN;

    private static final Pattern EXHAUSTIVE_WORDS = Pattern.compile(
            "\\b(all|any|every\\w*|each|always|never|none|how (many|much|often)|count\\w*|number of|list|lists|listing"
                    + "|enumerate|compar\\w+|differen\\w+|summar\\w+|overview|total|totals|sum|sums|average|mean|median"
                    + "|most|least|fewest|largest|smallest|longest|shortest|highest|lowest|maximum|minimum|top \\d+|top"
                    + "|rank\\w*|distribution|percent\\w*|share of|ratio|frequen\\w+|verif\\w+|check whether|find"
                    + "|which ones|pairs?|group\\w*|classif\\w+|categor\\w+|label\\w*|extract\\w*|throughout|overall"
                    + "|trend\\w*|timeline|duplicat\\w+|missing|common|themes?|patterns?)\\b");

    private static final Pattern LOOK_UP_WORDS = Pattern.compile(
            "^(in (which|what) \\w+|on (which|what) \\w+|at (which|what) \\w+|by whom|to whom|who|whose|what|when|where|which|give"
                    + " (me )?the|tell me (the|what|who|when|where)|name the|quote the|what's|who's)\\b");

    /** Here {@code all} does not mean all of anything. */
    private static final Pattern IDIOMS = Pattern.compile("\\b(at|after|above|first of) all\\b");

    /** The kind of a question. */
    public static QuestionKind of(String question) {
        String words = words(question);
        if (exhaustiveWords(words).isPresent()) {
            return EXHAUSTIVE;
        }
        // More than one sentence may ask for more than one thing.
        return LOOK_UP_WORDS.matcher(words).find() && words.indexOf('?') == words.lastIndexOf('?') ? LOOK_UP : OPEN;
    }

    /** The words that make a question {@link #EXHAUSTIVE}; empty if it is not. */
    public static Optional<String> exhaustiveWordsOf(String question) {
        return exhaustiveWords(words(question));
    }

    /**
     * The words by which a question asks for all of something, which part of the context cannot answer: those that make it
     * {@link #EXHAUSTIVE}, but for idioms such as "at all". Empty if there are none.
     */
    static Optional<String> wordsForAllOf(String question) {
        return exhaustiveWords(IDIOMS.matcher(words(question)).replaceAll(""));
    }

    private static Optional<String> exhaustiveWords(String words) {
        Matcher found = EXHAUSTIVE_WORDS.matcher(words);
        return found.find() ? Optional.of(found.group()) : Optional.empty();
    }

    private static String words(String question) {
        return question.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }
}
