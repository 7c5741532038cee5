package dev.rlm.sandbox.worker;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests among siblings, whose children are closed after each. */
abstract class AmongSiblings {
    static final Duration LONG = Duration.ofMinutes(2);

    Siblings siblings;

    @BeforeEach
    void open() throws Exception {
        siblings = Siblings.shared();
    }

    @AfterEach
    void close() throws Exception {
        siblings.closeChildren();
    }
}
