package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.access.Caller;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextMatches;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class BoundedSearchTest {

    private static final ContextMatches NOTHING = new ContextMatches(List.of(), 1, false);

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    private final RlmTool.Caller caller = new RlmTool.Caller() {
        @Override
        public Caller who() {
            return Caller.LOCAL;
        }

        @Override
        public void progress(long progress, String message) {}

        @Override
        public boolean hasCancelled() {
            return cancelled.get();
        }
    };

    /** A search that would last for ever. */
    private ContextMatches endless() throws InterruptedException {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
            return NOTHING;
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    @Test
    void whatIsFoundIsTheResult() throws Exception {
        assertThat(new BoundedSearch(Duration.ofMinutes(1)).result(() -> NOTHING, caller))
                .isSameAs(NOTHING);
    }

    @Test
    void aSearchEndsWhenItsCallerHasCancelled() throws Exception {
        Thread.ofVirtual().start(() -> {
            try {
                begun.await();
                cancelled.set(true);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> new BoundedSearch(Duration.ofMinutes(1)).result(this::endless, caller))
                .isInstanceOf(ToolFailure.class)
                .hasMessage("The search was cancelled.");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSearchEndsWhenItsTimeIsOver() throws Exception {
        assertThatThrownBy(() -> new BoundedSearch(Duration.ofSeconds(1)).result(this::endless, caller))
                .isInstanceOf(ToolFailure.class)
                .hasMessageStartingWith("The search did not end within 1 s");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRefusalIsTheCallers() {
        assertThatThrownBy(() -> new BoundedSearch(Duration.ofMinutes(1))
                        .result(
                                () -> {
                                    throw new ContextException("No document has that name.");
                                },
                                caller))
                .isInstanceOf(ContextException.class)
                .hasMessage("No document has that name.");
    }
}
