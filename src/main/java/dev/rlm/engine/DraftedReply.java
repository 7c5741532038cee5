package dev.rlm.engine;

import dev.rlm.engine.Writing.Kind;
import dev.rlm.model.ReplyListener;
import dev.rlm.sandbox.protocol.VisibleText;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * The end of a reply that is being written. Code is told from text by the fences around it, which are read as those of whole
 * replies are, and by standing in a tool call. Thread-safe.
 */
final class DraftedReply implements ReplyListener {

    private final int turn;
    private long characters;

    /** The end of the latest part of one kind. */
    private final StringBuilder end = new StringBuilder();

    private Kind kind = Kind.TEXT;

    /** The line that is being written, and how much of it is shown: none while it may become a fence. */
    private final StringBuilder line = new StringBuilder();

    private int shownOfLine;

    /** The fence of the block that is being written; empty outside. */
    private String fence = "";

    private PythonStrings strings = new PythonStrings();
    private ToolCode toolCode = new ToolCode();

    DraftedReply(int turn) {
        this.turn = turn;
    }

    /** How far the reply is; empty before its first character. */
    synchronized Optional<Writing> now() {
        if (characters == 0) {
            return Optional.empty();
        }
        int start = Math.max(0, end.length() - Writing.MOST_CHARACTERS);
        if (start < end.length() && Character.isLowSurrogate(end.charAt(start))) {
            start++;
        }
        return Optional.of(new Writing(turn, kind, characters, VisibleText.of(end.substring(start))));
    }

    @Override
    public synchronized void text(String piece) {
        characters += piece.length();
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (c == '\n') {
                endLine();
            } else {
                line.append(c);
            }
        }
        if (shownOfLine > 0 || !mayBecomeFence()) {
            showLine("");
        }
    }

    @Override
    public synchronized void toolCall(String name) {
        toolCode = new ToolCode();
    }

    @Override
    public synchronized void arguments(String piece) {
        characters += piece.length();
        show(Kind.CODE, toolCode.next(piece));
    }

    @Override
    public synchronized void withdrawn() {
        characters = 0;
        end.setLength(0);
        kind = Kind.TEXT;
        line.setLength(0);
        shownOfLine = 0;
        fence = "";
    }

    private void endLine() {
        String whole = line.toString();
        Matcher opening = ReplyParser.FENCE.matcher(whole);
        if (fence.isEmpty() && opening.matches()) {
            fence = opening.group(2);
            strings = new PythonStrings();
        } else if (!fence.isEmpty() && ReplyParser.closes(whole, fence) && !strings.inString()) {
            fence = "";
        } else {
            showLine("\n");
            strings.readLine(whole);
        }
        line.setLength(0);
        shownOfLine = 0;
    }

    private boolean mayBecomeFence() {
        String begun = line.toString().stripLeading();
        return begun.isEmpty()
                || begun.startsWith("```")
                || begun.startsWith("~~~")
                || "``".startsWith(begun)
                || "~~".startsWith(begun);
    }

    private void showLine(String lineEnd) {
        show(fence.isEmpty() ? Kind.TEXT : Kind.CODE, line.substring(shownOfLine) + lineEnd);
        shownOfLine = line.length();
    }

    private void show(Kind of, String piece) {
        if (of != kind) {
            if (piece.isBlank()) {
                return;
            }
            kind = of;
            end.setLength(0);
        }
        end.append(piece);
        if (end.length() > 2 * Writing.MOST_CHARACTERS) {
            end.delete(0, end.length() - Writing.MOST_CHARACTERS);
        }
    }
}
