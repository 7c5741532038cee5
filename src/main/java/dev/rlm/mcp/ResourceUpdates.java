package dev.rlm.mcp;

import dev.rlm.task.TaskStatus;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells when resources change, whichever replica runs the task. Contexts never change, so nothing is ever told of them. Thread-safe.
 */
@Singleton
public final class ResourceUpdates {

    private static final System.Logger LOG = System.getLogger(ResourceUpdates.class.getName());

    /** Each of them looks into the store now and then. */
    private static final int MOST = 200;

    /** How soon a following that was closed ends, at the latest. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** A task that is busy changes many times a second; nobody reads that fast. */
    private static final Duration GAP = Duration.ofSeconds(1);

    private final Belongings belongings;
    private final Set<Following> followings = ConcurrentHashMap.newKeySet();

    ResourceUpdates(Belongings belongings) {
        this.belongings = belongings;
    }

    /** A resource that is followed until this is closed, or there can be no news any more. */
    public final class Following implements AutoCloseable {

        private final String caller;
        private final Runnable changed;
        private volatile boolean closed;

        private Following(String caller, Runnable changed) {
            this.caller = caller;
            this.changed = changed;
        }

        /** Whether there can be no news any more. */
        public boolean isOver() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            followings.remove(this);
        }

        private void follow(TaskStatus first) {
            try {
                TaskStatus known = first;
                while (!closed && !known.state().ended()) {
                    Optional<TaskStatus> now = look(known);
                    if (closed) {
                        return;
                    }
                    if (now.isEmpty()) {
                        changed.run();
                        return;
                    }
                    if (now.get().version() > known.version()) {
                        known = now.get();
                        changed.run();
                        Thread.sleep(GAP);
                    }
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        /** News of the task, or what is known of it while there are none or the store is away. */
        private Optional<TaskStatus> look(TaskStatus known) throws InterruptedException {
            try {
                return belongings.awaitChange(caller, known.id(), known.version(), LOOK);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "A task that is followed could not be read.", e);
                Thread.sleep(LOOK);
                return Optional.of(known);
            }
        }
    }

    /**
     * Follows a resource. A change is told within about a second; changes that come faster are told together, and the last one
     * always is.
     *
     * @param uri its URI
     * @param changed is run for each change, on a thread of the following
     * @throws RequestFailure if there is no such resource, or too many are followed
     */
    public Following follow(String uri, String caller, Runnable changed) throws RequestFailure {
        Following following = new Following(caller, changed);
        switch (ResourceUri.parse(uri)) {
            case ResourceUri.OfTask it -> follow(following, belongings.task(caller, it.id()));
            case ResourceUri.OfTrajectory it -> follow(following, belongings.task(caller, it.taskId()));
            case ResourceUri.OfContext it -> requireThenClose(following, it.id());
            case ResourceUri.OfDocument it -> requireThenClose(following, it.contextId());
        }
        return following;
    }

    /** A context that is there never changes. */
    private void requireThenClose(Following following, String contextId) throws RequestFailure {
        var _ = belongings.context(following.caller, contextId);
        following.close();
    }

    private void follow(Following following, TaskStatus task) throws RequestFailure {
        followings.add(following);
        if (followings.size() > MOST) {
            following.close();
            throw RequestFailure.invalid("As many resources are followed as this server allows, " + MOST
                    + ": unsubscribe from some, or call rlm_status with wait_seconds instead.");
        }
        Thread.ofVirtual().name("follow-" + task.id()).start(() -> following.follow(task));
    }

    /** Follows nothing any more. */
    @PreDestroy
    void close() {
        followings.forEach(Following::close);
    }
}
