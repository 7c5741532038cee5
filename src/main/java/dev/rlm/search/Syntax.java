package dev.rlm.search;

import java.util.List;

/** A pattern's structure, as far as it decides which texts match: without captures, and greedy or not is the same. */
sealed interface Syntax {

    /** Matches one character. */
    record Single(Characters characters) implements Syntax {}

    /** Matches a place, not a character. */
    record Place(Assertion assertion) implements Syntax {}

    /** Matches one part behind the other, or the empty text if there are none. */
    record Sequence(List<Syntax> parts) implements Syntax {}

    /** Matches one of the parts. */
    record Choice(List<Syntax> parts) implements Syntax {}

    /** Matches the body from so many to so many times; {@link #UNLIMITED} is no upper limit. */
    record Repetition(Syntax body, int least, int most) implements Syntax {}

    /** As a repetition's upper limit: none. */
    int UNLIMITED = -1;

    /** What can be said about a place between two characters. */
    enum Assertion {
        TEXT_START,
        TEXT_END,
        LINE_START,
        LINE_END,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY;

        /** Whether it holds between two characters, or ends of the text, of these kinds. */
        boolean holds(Kind before, Kind after) {
            return switch (this) {
                case TEXT_START -> before == Kind.EDGE;
                case TEXT_END -> after == Kind.EDGE;
                case LINE_START -> before == Kind.EDGE || before == Kind.LINE_BREAK;
                case LINE_END -> after == Kind.EDGE || after == Kind.LINE_BREAK;
                case WORD_BOUNDARY -> (before == Kind.WORD) != (after == Kind.WORD);
                case NO_WORD_BOUNDARY -> (before == Kind.WORD) == (after == Kind.WORD);
            };
        }
    }

    /** What assertions distinguish about a character, or that there is none. */
    enum Kind {
        EDGE(0),
        LINE_BREAK(1),
        WORD(2),
        OTHER(3);

        private final int index;

        Kind(int index) {
            this.index = index;
        }

        /** Its place among the kinds, from 0. */
        int index() {
            return index;
        }

        /** The kind of a character; as for RE2, words are of ASCII. */
        static Kind of(int codePoint) {
            if (codePoint == '\n') {
                return LINE_BREAK;
            }
            boolean word = (codePoint >= 'a' && codePoint <= 'z')
                    || (codePoint >= 'A' && codePoint <= 'Z')
                    || (codePoint >= '0' && codePoint <= '9')
                    || codePoint == '_';
            return word ? WORD : OTHER;
        }
    }
}
