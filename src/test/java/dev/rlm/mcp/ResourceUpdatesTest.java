package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rlm.mcp.RequestFailure.Reason;
import dev.rlm.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResourceUpdatesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestBelongings belongings = new TestBelongings();
    private final ResourceUpdates updates = new ResourceUpdates(belongings);
    private final AtomicInteger told = new AtomicInteger();

    @AfterEach
    void close() {
        updates.close();
    }

    @Test
    void newsOfATaskAreToldUntilItHasEnded() throws Exception {
        String id = belongings.addTask(1, 5).id();
        ResourceUpdates.Following following = follow("rlm://tasks/" + id + "/trajectory");
        // No news, news, and the end.
        belongings.news.add(Optional.of(TestBelongings.status(id, 1, TaskState.RUNNING)));
        belongings.news.add(Optional.of(TestBelongings.status(id, 2, TaskState.RUNNING)));
        belongings.news.add(Optional.of(TestBelongings.status(id, 3, TaskState.ANSWERED)));
        await().atMost(SOON).until(following::isOver);
        assertThat(told).hasValue(2);
    }

    @Test
    void thatATaskIsDeletedIsNewsToo() throws Exception {
        ResourceUpdates.Following following =
                follow("rlm://tasks/" + belongings.addTask(1, 5).id());
        belongings.news.add(Optional.empty());
        await().atMost(SOON).until(following::isOver);
        assertThat(told).hasValue(1);
    }

    @Test
    void nothingIsToldOnceItIsClosed() throws Exception {
        String id = belongings.addTask(1, 5).id();
        ResourceUpdates.Following following = follow("rlm://tasks/" + id);
        following.close();
        belongings.news.add(Optional.of(TestBelongings.status(id, 2, TaskState.ANSWERED)));
        // It may be waiting for news just now, or have seen that it is closed.
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> told.get() == 0);
    }

    @Test
    void contextsNeverChange() throws Exception {
        belongings.addContext(1, "notes", 5, Map.of("a", "b"));
        assertThat(follow("rlm://contexts/" + TestBelongings.contextId(1)).isOver())
                .isTrue();
        assertThat(follow("rlm://contexts/" + TestBelongings.contextId(1) + "/documents/a")
                        .isOver())
                .isTrue();
    }

    @Test
    void whatIsNotThereOrAnothersCannotBeFollowed() {
        String id = belongings.addTask(1, 5).id();
        for (String uri : List.of("rlm://tasks/task_x", "rlm://contexts/ctx_x", "x:y")) {
            assertThat(catchThrowableOfType(RequestFailure.class, () -> follow(uri))
                            .reason())
                    .isEqualTo(Reason.RESOURCE_NOT_FOUND);
        }
        RequestFailure anothers = catchThrowableOfType(
                RequestFailure.class, () -> updates.follow("rlm://tasks/" + id, "eve", told::incrementAndGet));
        assertThat(anothers.reason()).isEqualTo(Reason.RESOURCE_NOT_FOUND);
    }

    @Test
    void asManyAreFollowedAsAreAllowed() throws Exception {
        String uri = "rlm://tasks/" + belongings.addTask(1, 5).id();
        List<ResourceUpdates.Following> followed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            followed.add(follow(uri));
        }
        assertThat(catchThrowableOfType(RequestFailure.class, () -> follow(uri)))
                .hasMessageContaining("as this server allows, 200");
        followed.getFirst().close();
        assertThat(follow(uri).isOver()).isFalse();
    }

    private ResourceUpdates.Following follow(String uri) throws RequestFailure {
        return updates.follow(uri, TestBelongings.CALLER, told::incrementAndGet);
    }
}
