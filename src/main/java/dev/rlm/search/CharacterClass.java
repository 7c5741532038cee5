package dev.rlm.search;

/** Finds where classes and escapes end in a pattern that RE2/J has compiled. */
final class CharacterClass {

    private CharacterClass() {}

    /** The position behind the class whose bracket is at start; negative if it is written in a way not understood. */
    static int end(String pattern, int start) {
        int position = start + (pattern.startsWith("^", start + 1) ? 2 : 1);
        int first = position;
        while (position >= 0 && position < pattern.length()) {
            char next = pattern.charAt(position);
            if (next == ']' && position > first) {
                return position + 1;
            }
            if (pattern.startsWith("[:", position)) {
                // Behind a hyphen the bracket would be the end of a range, and the rest no name.
                int name = pattern.indexOf(":]", position);
                position = pattern.charAt(position - 1) == '-' && position > first
                        ? -1
                        : name < 0 ? position + 1 : name + 2;
            } else if (next == '\\') {
                position = endOfEscape(pattern, position);
            } else {
                position++;
            }
        }
        return -1;
    }

    /** The position behind the escape whose backslash is at start; negative if it is written in a way not understood. */
    static int endOfEscape(String pattern, int start) {
        int position = start + 1;
        if (position == pattern.length()) {
            return -1;
        }
        int escaped = pattern.codePointAt(position);
        position += Character.charCount(escaped);
        boolean alphanumeric = escaped < 0x80 && Character.isLetterOrDigit(escaped);
        if (!alphanumeric) {
            return position;
        }
        return switch (escaped) {
            case 'd', 'D', 's', 'S', 'w', 'W', 'a', 'f', 'n', 'r', 't', 'v' -> position;
            case 'p', 'P' -> braced(pattern, position, 1);
            case 'x' -> braced(pattern, position, 2);
            default -> -1;
        };
    }

    private static int braced(String pattern, int position, int withoutBraces) {
        if (pattern.startsWith("{", position)) {
            return pattern.indexOf('}', position) + 1;
        }
        boolean ascii = position + withoutBraces <= pattern.length()
                && pattern.chars().skip(position).limit(withoutBraces).allMatch(c -> c < 0x80);
        return ascii ? position + withoutBraces : -1;
    }
}
