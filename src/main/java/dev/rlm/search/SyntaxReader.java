package dev.rlm.search;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.rlm.search.Syntax.Assertion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a pattern that RE2/J has compiled. It need not understand everything, for there is a way without it, but what it
 * returns matches what RE2/J matches.
 */
final class SyntaxReader {
    /** So deep that no stack is too small. */
    private static final int MAX_DEPTH = 100;

    private final String pattern;
    private int position;
    private int depth;
    private boolean ignoreCase;
    private boolean dotMatchesLineBreak;
    private boolean everyLine = true;

    private SyntaxReader(String pattern, boolean ignoreCase) {
        this.pattern = pattern;
        this.ignoreCase = ignoreCase;
    }

    /** The pattern's structure; empty if it has something rare that is not understood. */
    static Optional<Syntax> read(String pattern, boolean ignoreCase) {
        try {
            SyntaxReader reader = new SyntaxReader(pattern, ignoreCase);
            Syntax syntax = reader.choice();
            return reader.more() ? Optional.empty() : Optional.of(syntax);
        } catch (NotUnderstood | PatternSyntaxException _) {
            return Optional.empty();
        }
    }

    private Syntax choice() throws NotUnderstood {
        if (depth++ > MAX_DEPTH) {
            throw new NotUnderstood();
        }
        List<Syntax> choices = new ArrayList<>();
        choices.add(sequence());
        while (more() && pattern.charAt(position) == '|') {
            position++;
            choices.add(sequence());
        }
        depth--;
        return choices.size() == 1 ? choices.getFirst() : new Syntax.Choice(List.copyOf(choices));
    }

    private Syntax sequence() throws NotUnderstood {
        List<Syntax> parts = new ArrayList<>();
        // Whether the last part is what a repetition behind it would repeat.
        boolean repeatable = false;
        while (more() && pattern.charAt(position) != '|' && pattern.charAt(position) != ')') {
            int start = position;
            char next = pattern.charAt(position);
            if (next == '*' || next == '+' || next == '?' || (next == '{' && skipCount())) {
                if (!repeatable) {
                    throw new NotUnderstood();
                }
                parts.addLast(repetition(start, parts.removeLast()));
                repeatable = false;
            } else {
                int before = parts.size();
                atom(parts);
                repeatable = parts.size() > before;
            }
        }
        return parts.size() == 1 ? parts.getFirst() : new Syntax.Sequence(List.copyOf(parts));
    }

    private Syntax repetition(int start, Syntax body) {
        char operator = pattern.charAt(start);
        Syntax.Repetition repetition = switch (operator) {
            case '*' -> new Syntax.Repetition(body, 0, Syntax.UNLIMITED);
            case '+' -> new Syntax.Repetition(body, 1, Syntax.UNLIMITED);
            case '?' -> new Syntax.Repetition(body, 0, 1);
            default -> {
                String[] counts = pattern.substring(start + 1, position - 1).split(",", -1);
                int least = Integer.parseInt(counts[0]);
                String most = counts[counts.length - 1];
                yield new Syntax.Repetition(body, least, most.isEmpty() ? Syntax.UNLIMITED : Integer.parseInt(most));
            }
        };
        position += operator == '{' ? 0 : 1;
        // Greedy or not decides how far a match reaches, not whether there is one.
        position += pattern.startsWith("?", position) ? 1 : 0;
        return repetition;
    }

    /** Skips a count in braces, if the brace here starts one; else it stands for itself. */
    private boolean skipCount() {
        int end = position + 1;
        int digits = digits(end);
        if (digits == 0) {
            return false;
        }
        end += digits;
        if (pattern.startsWith(",", end)) {
            end++;
            digits = digits(end);
            if (digits == 0 && !pattern.startsWith("}", end)) {
                return false;
            }
            end += digits;
        }
        if (!pattern.startsWith("}", end)) {
            return false;
        }
        position = end + 1;
        return true;
    }

    /** How many digits of a number are here; RE2 takes none with a leading zero. */
    private int digits(int from) {
        int to = from;
        while (to < pattern.length() && pattern.charAt(to) >= '0' && pattern.charAt(to) <= '9') {
            to++;
        }
        return to - from > 1 && pattern.charAt(from) == '0' ? 0 : to - from;
    }

    /** Adds the next part, or several of a quotation, or none where only flags are set. */
    private void atom(List<Syntax> parts) throws NotUnderstood {
        int start = position;
        int next = pattern.codePointAt(position);
        position += Character.charCount(next);
        switch (next) {
            case '(' -> group(parts);
            case '^' -> parts.add(new Syntax.Place(everyLine ? Assertion.LINE_START : Assertion.TEXT_START));
            case '$' -> parts.add(new Syntax.Place(everyLine ? Assertion.LINE_END : Assertion.TEXT_END));
            case '.' -> parts.add(asked(start));
            case '[' -> {
                position = CharacterClass.end(pattern, start);
                if (position < 0) {
                    throw new NotUnderstood();
                }
                parts.add(asked(start));
            }
            case '\\' -> escape(start, parts);
            default -> parts.add(literal(next));
        }
    }

    private void group(List<Syntax> parts) throws NotUnderstood {
        boolean outerIgnoreCase = ignoreCase;
        boolean outerDot = dotMatchesLineBreak;
        boolean outerEveryLine = everyLine;
        if (pattern.startsWith("?P<", position) || pattern.startsWith("?<", position)) {
            position = pattern.indexOf('>', position) + 1;
        } else if (pattern.startsWith("?", position)) {
            position++;
            flags();
            if (pattern.charAt(position++) == ')') {
                return;
            }
        }
        parts.add(choice());
        if (!more()) {
            throw new NotUnderstood();
        }
        position++;
        ignoreCase = outerIgnoreCase;
        dotMatchesLineBreak = outerDot;
        everyLine = outerEveryLine;
    }

    private void flags() throws NotUnderstood {
        boolean on = true;
        for (; more() && pattern.charAt(position) != ')' && pattern.charAt(position) != ':'; position++) {
            switch (pattern.charAt(position)) {
                case 'i' -> ignoreCase = on;
                case 's' -> dotMatchesLineBreak = on;
                case 'm' -> everyLine = on;
                case 'U' -> {}
                case '-' -> on = false;
                default -> throw new NotUnderstood();
            }
        }
        if (!more()) {
            throw new NotUnderstood();
        }
    }

    private void escape(int start, List<Syntax> parts) throws NotUnderstood {
        if (!more()) {
            throw new NotUnderstood();
        }
        int escaped = pattern.codePointAt(position);
        position += Character.charCount(escaped);
        switch (escaped) {
            case 'A' -> parts.add(new Syntax.Place(Assertion.TEXT_START));
            case 'z' -> parts.add(new Syntax.Place(Assertion.TEXT_END));
            case 'b' -> parts.add(new Syntax.Place(Assertion.WORD_BOUNDARY));
            case 'B' -> parts.add(new Syntax.Place(Assertion.NO_WORD_BOUNDARY));
            case 'Q' -> quotation(parts);
            default -> {
                position = CharacterClass.endOfEscape(pattern, start);
                if (position < 0) {
                    throw new NotUnderstood();
                }
                boolean alphanumeric = escaped < 0x80 && Character.isLetterOrDigit(escaped);
                parts.add(alphanumeric ? asked(start) : literal(escaped));
            }
        }
    }

    private void quotation(List<Syntax> parts) {
        int end = pattern.indexOf("\\E", position);
        String quoted = pattern.substring(position, end < 0 ? pattern.length() : end);
        quoted.codePoints().forEach(c -> parts.add(literal(c)));
        position = end < 0 ? pattern.length() : end + 2;
    }

    private Syntax literal(int codePoint) {
        return new Syntax.Single(Characters.literal(codePoint, ignoreCase));
    }

    private Syntax asked(int start) {
        int flags = (ignoreCase ? Pattern.CASE_INSENSITIVE : 0) | (dotMatchesLineBreak ? Pattern.DOTALL : 0);
        return new Syntax.Single(Characters.of(pattern.substring(start, position), flags));
    }

    private boolean more() {
        return position < pattern.length();
    }

    /** Something rare. */
    private static final class NotUnderstood extends Exception {
        NotUnderstood() {
            super(null, null, false, false);
        }
    }
}
