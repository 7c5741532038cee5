package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

final class ResourceListChangesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ResourceListChanges changes = new ResourceListChanges();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    @Test
    void changesInARowAreToldOnceForEachCaller() {
        changes.listen(told::add);
        for (int i = 0; i < 100; i++) {
            changes.tell("ada");
            changes.tell("eve");
        }
        await().atMost(SOON).until(() -> told.size() >= 2);
        assertThat(told.size()).as("a hundred changes").isLessThan(100);
        assertThat(told).contains("ada", "eve");
    }

    @Test
    void aChangeAfterThatIsToldAgain() {
        changes.listen(told::add);
        changes.tell("ada");
        await().atMost(SOON).until(() -> told.size() == 1);
        changes.tell("ada");
        await().atMost(SOON).until(() -> told.size() == 2);
    }
}
