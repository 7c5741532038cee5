package dev.rlm.model.script;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a rule answers. Texts and arguments may be templates, see {@link Rule}. */
public sealed interface Reaction {

    /** A reply in text. */
    record Reply(String text) implements Reaction {}

    /**
     * A tool call, optionally with text.
     *
     * @param argumentsJson a JSON object; templates are filled in within its strings, so it stays valid JSON
     */
    record CallTool(String name, String argumentsJson, String text) implements Reaction {}

    /**
     * An HTTP error in OpenAI's format.
     *
     * @param status 400 to 599
     * @param retryAfter sent as {@code Retry-After} in whole seconds, rounded up, or null to send none
     */
    record Fail(int status, @Nullable Duration retryAfter, String message) implements Reaction {
        public Fail {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("An error's status must be from 400 to 599, not " + status + ".");
            }
        }
    }
}
