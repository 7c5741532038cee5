package dev.rlm.model;

import java.util.regex.Pattern;

/**
 * Asks a provider for replies in pieces, and for whole ones from when it has shown that it cannot send pieces, or not this
 * model's, or not to this caller. Thread-safe.
 */
public final class Streaming {

    /** Some servers answer with an error of their own, such as "Cannot use tools with stream". */
    private static final Pattern CANNOT = Pattern.compile(
            "(support|cannot|implemented)\\W.*\\bstream|\\bstream(ing)?\\b.*(support|cannot|implemented)",
            Pattern.CASE_INSENSITIVE);

    private volatile boolean possible = true;

    /**
     * The reply, in pieces if that is possible.
     *
     * @param inPieces asks for pieces
     * @param whole asks for the same reply in one piece
     * @param listener from which pieces are withdrawn that did not become a reply
     */
    public ModelReply complete(ModelRequest request, ModelCall inPieces, ModelCall whole, ReplyListener listener)
            throws ModelException, InterruptedException {
        if (!possible) {
            return whole.complete(request);
        }
        try {
            return inPieces.complete(request);
        } catch (ModelException e) {
            if (!mayBeForThePieces(e)) {
                throw e;
            }
            listener.withdrawn();
        }
        // If there was another reason, the same call fails again, and says why.
        ModelReply reply = whole.complete(request);
        possible = false;
        return reply;
    }

    /** Providers refuse what they do not know in many ways, and permissions are given for each of the two kinds of call. */
    private static boolean mayBeForThePieces(ModelException failure) {
        return switch (failure.kind()) {
            case REFUSED, UNAUTHORIZED, MALFORMED_REPLY -> true;
            case UNAVAILABLE -> CANNOT.matcher(failure.getMessage()).find();
            case THROTTLED, TIMEOUT, TOO_LARGE -> false;
        };
    }
}
