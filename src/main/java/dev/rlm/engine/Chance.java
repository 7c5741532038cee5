package dev.rlm.engine;

import dev.rlm.journal.Payload;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What chance in a REPL derives from. */
public final class Chance {

    private Chance() {}

    /** A seed that is the same for equal texts, different for others, and as unguessable as the text is. */
    public static long seedOf(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(Payload.sha256(text))).getLong();
    }
}
