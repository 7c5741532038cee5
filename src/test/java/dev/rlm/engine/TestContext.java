package dev.rlm.engine;

import dev.rlm.context.Context;
import dev.rlm.context.Document;
import java.time.Instant;
import java.util.List;

/** What questions of tests are about, which no REPL of theirs reads. */
final class TestContext {

    /** One document of a million characters. */
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
}
