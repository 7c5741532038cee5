package dev.rlm.model;

/**
 * Passes on what is heard of one attempt, and nothing once that is withdrawn: a provider that was given up may go on
 * writing for a moment. Thread-safe.
 */
final class AttemptListener implements ReplyListener {

    private final ReplyListener listener;
    private boolean heard;
    private boolean over;

    AttemptListener(ReplyListener listener) {
        this.listener = listener;
    }

    @Override
    public void text(String piece) {
        pass(() -> listener.text(piece));
    }

    @Override
    public void toolCall(String name) {
        pass(() -> listener.toolCall(name));
    }

    @Override
    public void arguments(String piece) {
        pass(() -> listener.arguments(piece));
    }

    @Override
    public synchronized void withdrawn() {
        if (heard && !over) {
            listener.withdrawn();
        }
        over = true;
    }

    private synchronized void pass(Runnable piece) {
        if (!over) {
            heard = true;
            piece.run();
        }
    }
}
