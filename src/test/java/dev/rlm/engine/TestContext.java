package dev.rlm.engine;

import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.context.TokenEstimate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** What questions of tests are about. */
final class TestContext {

    /** One document of a million characters, which no REPL reads. */
    static final Context LARGE = new Context(
            "ctx_a",
            Context.LOCAL,
            "a",
            Instant.EPOCH,
            List.of(new Document("a.txt", "00", 1_000_000, 1_000_000, 7)),
            1_000_000,
            250_000,
            "It begins",
            List.of());

    private TestContext() {}

    /** One document with this text, which begins with its preview. */
    static Context of(String name, String text) {
        long bytes = text.getBytes(StandardCharsets.UTF_8).length;
        Document only =
                new Document(name, "00", bytes, text.length(), text.lines().count());
        return new Context(
                "ctx_a",
                Context.LOCAL,
                "a",
                Instant.EPOCH,
                List.of(only),
                text.length(),
                TokenEstimate.of(text),
                text.substring(0, Math.min(text.length(), 100)),
                List.of());
    }
}
