package dev.rlm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What is heard of a reply, in words; what is withdrawn is forgotten. Thread-safe. */
public final class HeardReply implements ReplyListener {

    private final StringBuilder text = new StringBuilder();
    private final List<String> calls = new ArrayList<>();
    private final Consumer<String> onPiece;
    private int withdrawals;
    private int pieces;

    public HeardReply() {
        this(_ -> {});
    }

    /** Also tells each piece of text and arguments. */
    public HeardReply(Consumer<String> onPiece) {
        this.onPiece = onPiece;
    }

    public synchronized String text() {
        return text.toString();
    }

    /** Each call as its tool's name and its arguments. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized int withdrawals() {
        return withdrawals;
    }

    public synchronized int pieces() {
        return pieces;
    }

    @Override
    public synchronized void text(String piece) {
        pieces++;
        text.append(piece);
        onPiece.accept(piece);
    }

    @Override
    public synchronized void toolCall(String name) {
        calls.add(name + " ");
    }

    @Override
    public synchronized void arguments(String piece) {
        pieces++;
        calls.add(calls.removeLast() + piece);
        onPiece.accept(piece);
    }

    @Override
    public synchronized void withdrawn() {
        withdrawals++;
        text.setLength(0);
        calls.clear();
    }
}
