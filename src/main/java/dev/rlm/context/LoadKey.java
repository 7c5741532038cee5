package dev.rlm.context;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a client calls a load, so that the same load is not done twice.
 *
 * @param caller who loads; keys of different callers are different
 * @param text 1 to {@value #LONGEST} UTF-16 units, chosen by the client
 */
record LoadKey(String caller, String text) {

    /** How long a key may be. */
    static final int LONGEST = 200;

    /**
     * A key that a client gave.
     *
     * @throws ContextException if the text is no key
     */
    static LoadKey of(String caller, String text) throws ContextException {
        if (text.isBlank() || text.length() > LONGEST) {
            throw new ContextException("The key must have 1 to " + LONGEST + " characters, not "
                    + (text.isBlank() ? "be blank" : text.length())
                    + ": take any that names this load, such as a UUID.");
        }
        return new LoadKey(caller, text);
    }

    /** The key as a name that is safe in a store, and tells nothing of it. */
    String hash() {
        return HexFormat.of()
                .formatHex(Sha256.digest()
                        .digest((caller.length() + ":" + caller + text).getBytes(StandardCharsets.UTF_8)));
    }
}
