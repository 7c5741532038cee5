package dev.rlm.cli;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where the commands write: results to standard output, everything else to standard error. */
final class Terminal {

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    private Terminal() {}

    /** Writes a line of the result. */
    static void print(String line) {
        OUT.println(line);
    }

    /** Writes a text of the result that others wrote; control characters in it cannot reach a terminal. */
    static void printText(String text) {
        print(isTerminal() ? harmless(text) : text);
    }

    /** Writes a line that is not part of the result. Control characters in it cannot reach the terminal. */
    static void note(String line) {
        ERR.println(harmless(line));
    }

    /** Writes over the line that was written this way before. */
    static void overwrite(String line) {
        // Without line wrap, so that all of it is overwritten.
        ERR.print("\r\u001B[2K\u001B[?7l" + harmless(line) + "\u001B[?7h");
        ERR.flush();
    }

    /** Whether a person sees standard error. The launcher can tell; Java only knows about the two other streams. */
    static boolean isInteractive() {
        String told = System.getProperty("rlm.terminal");
        return told == null ? isTerminal() : Boolean.parseBoolean(told);
    }

    @SuppressWarnings("SystemConsoleNull") // A native executable may have none.
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** The text without control characters, except line ends and tabs. */
    static String harmless(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\n' || c == '\t' || !Character.isISOControl(c) ? c : '\uFFFD')
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
