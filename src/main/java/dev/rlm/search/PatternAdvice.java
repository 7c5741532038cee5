package dev.rlm.search;

/** Says in a sentence why RE2 refused a pattern, and what to do. */
final class PatternAdvice {
    private static final int MAX_FRAGMENT = 60;

    private PatternAdvice() {}

    /**
     * The sentence.
     *
     * @param description what RE2/J says
     * @param fragment the part of the pattern where it stopped
     */
    static String of(String description, String fragment) {
        String shown = fragment.length() > MAX_FRAGMENT ? fragment.substring(0, MAX_FRAGMENT) + "..." : fragment;
        return "The regular expression cannot be used: " + reason(description, fragment, shown);
    }

    private static String reason(String description, String fragment, String shown) {
        if (fragment.startsWith("(?=")
                || fragment.startsWith("(?!")
                || fragment.startsWith("(?<=")
                || fragment.startsWith("(?<!")) {
            return "look-around (" + shown + ") is not supported by RE2; match the surrounding text too, or search for"
                    + " the simpler pattern and filter what is found.";
        }
        if (fragment.startsWith("(?P=") || fragment.matches("\\\\[1-9k].*")) {
            return "back-references (" + shown + ") are not supported by RE2; search for the part without them and"
                    + " compare what is found.";
        }
        if (fragment.startsWith("\\Z")) {
            return "\\Z is not supported by RE2; use \\z for the end of the text or $ for the end of a line.";
        }
        if (fragment.startsWith("(?>") || fragment.matches("[*+?}]\\+")) {
            return "atomic groups and possessive quantifiers (" + shown + ") are not supported by RE2 and not needed,"
                    + " for it never backtracks; use the plain form.";
        }
        return description.replace("regexp/syntax: ", "") + " at " + shown
                + "; use RE2 syntax, and a backslash before a character that is meant as it is.";
    }
}
