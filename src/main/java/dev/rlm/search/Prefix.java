package dev.rlm.search;

import java.util.List;

/** What every match of a pattern starts with. */
final class Prefix {

    private Prefix() {}

    /** The literal, of at most so many UTF-16 units and whole characters; empty if there is none. */
    static String of(Syntax syntax, int maxCharacters) {
        StringBuilder prefix = new StringBuilder();
        append(syntax, prefix, maxCharacters);
        return prefix.toString();
    }

    /** Appends what the part starts with. Returns whether that is all of it, so that the next part goes on there. */
    private static boolean append(Syntax syntax, StringBuilder prefix, int max) {
        return switch (syntax) {
            case Syntax.Single single -> appendOne(single.characters(), prefix, max);
            case Syntax.Place _ -> true;
            case Syntax.Choice _ -> false;
            case Syntax.Sequence sequence -> appendAll(sequence.parts(), prefix, max);
            case Syntax.Repetition repetition -> {
                boolean whole = true;
                for (int i = 0; i < repetition.least() && whole; i++) {
                    whole = append(repetition.body(), prefix, max);
                }
                yield whole && repetition.least() == repetition.most();
            }
        };
    }

    private static boolean appendAll(List<Syntax> parts, StringBuilder prefix, int max) {
        for (Syntax part : parts) {
            if (!append(part, prefix, max)) {
                return false;
            }
        }
        return true;
    }

    private static boolean appendOne(Characters characters, StringBuilder prefix, int max) {
        boolean one = characters instanceof Characters.These(String these)
                && these.codePointCount(0, these.length()) == 1
                && prefix.length() + these.length() <= max;
        if (one && characters instanceof Characters.These(String these)) {
            prefix.append(these);
        }
        return one;
    }
}
