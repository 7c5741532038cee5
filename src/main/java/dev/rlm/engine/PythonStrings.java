package dev.rlm.engine;

/**
 * Tells, line by line, whether Python source ends inside a triple-quoted string. It knows comments, escapes, and single-
 * and triple-quoted strings; anything else is passed over.
 */
final class PythonStrings {

    private char quote;
    private boolean inTripleQuoted;

    /** Reads one more line, without its line end. */
    void readLine(String line) {
        int at = 0;
        while (at < line.length()) {
            at = inTripleQuoted ? leaveString(line, at) : enterString(line, at);
        }
    }

    /** Whether the next line starts inside a triple-quoted string. */
    boolean inString() {
        return inTripleQuoted;
    }

    private int enterString(String line, int at) {
        char c = line.charAt(at);
        if (c == '#') {
            return line.length();
        }
        if (c != '"' && c != '\'') {
            return at + 1;
        }
        quote = c;
        if (isTripleQuote(line, at)) {
            inTripleQuoted = true;
            return at + 3;
        }
        return endOfSingleQuoted(line, at + 1);
    }

    private int leaveString(String line, int at) {
        char c = line.charAt(at);
        if (c == '\\') {
            return at + 2;
        }
        if (c == quote && isTripleQuote(line, at)) {
            inTripleQuoted = false;
            return at + 3;
        }
        return at + 1;
    }

    /** A single-quoted string ends at its quote, or with its line at the latest. */
    private int endOfSingleQuoted(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) != quote) {
            at += line.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private boolean isTripleQuote(String line, int at) {
        return line.startsWith(String.valueOf(quote).repeat(3), at);
    }
}
