package dev.rlm.mcp.stateless;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which forms of a response a client takes, by its header {@code Accept}. Clients should take both; with one of them a server
 * can still answer.
 */
record Accepted(boolean json, boolean events) {

    static Accepted of(@Nullable String header) {
        if (header == null) {
            return new Accepted(true, true);
        }
        boolean json = false;
        boolean events = false;
        for (String range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
            String type = range.split(";", 2)[0].strip();
            json |= type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
            events |= type.equals("text/event-stream") || type.equals("text/*") || type.equals("*/*");
        }
        return new Accepted(json, events);
    }

    boolean nothing() {
        return !json && !events;
    }
}
