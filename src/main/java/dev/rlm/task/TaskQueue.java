package dev.rlm.task;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.rlm.task.TaskRequest.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/**
 * Distributes tasks over the replicas that share a database, by db-scheduler: a task is run by one replica at a time, and
 * a replica that gives no sign of life any more loses its tasks to the others. Thread-safe.
 */
public final class TaskQueue implements AutoCloseable {

    private static final TaskDescriptor<Void> ANSWER = TaskDescriptor.of("answer");

    /** db-scheduler allows no fewer. */
    private static final int MISSED_HEARTBEATS = 4;

    /** So many ranks each priority has room for. */
    private static final int RANKS = 1 << 29;

    private static final Duration POLL = Duration.ofMillis(500);

    private final Scheduler scheduler;
    private final Clock clock;
    private final DataSource database;

    /** Runs tasks. Thread-safe. */
    public interface Runner {
        /** Runs a task until it has ended or is given up. */
        Outcome run(String task);

        /** Whether a task is being run here. */
        boolean isRunning(String task);
    }

    /** What came of running a task. */
    public sealed interface Outcome {
        /** It has ended, or somebody else is running it: there is nothing left to do. */
        record Done() implements Outcome {}

        /** It is to be run after a while, by whoever comes first. */
        record Again(Duration delay) implements Outcome {}
    }

    /**
     * A queue that hands out nothing yet.
     *
     * @param database where the table {@code task_queue} is
     * @param dialect what db-scheduler must know about the database
     * @param runner runs what this replica is given
     */
    public TaskQueue(
            DataSource database, JdbcCustomization dialect, TaskSettings settings, Clock clock, Runner runner) {
        this.clock = clock;
        this.database = database;
        Duration deadAfter = settings.heartbeat().multipliedBy(MISSED_HEARTBEATS);
        DeathWatch watch = new DeathWatch(
                clock, deadAfter, settings.heartbeat().multipliedBy(2).plus(POLL));
        CustomTask<Void> answer = Tasks.custom(ANSWER)
                .onFailure((complete, operations) ->
                        operations.reschedule(complete, clock.instant().plus(settings.heartbeat())))
                .onDeadExecution((dead, operations) -> {
                    // Otherwise it is looked at again. What runs here lives, even if its heartbeats could not be
                    // written.
                    if (watch.isLongEnough()
                            && !runner.isRunning(
                                    dead.getExecution().taskInstance.getId())) {
                        operations.reschedule(dead, clock.instant());
                    }
                })
                .execute((instance, _) -> handler(clock, runner.run(instance.getId())));
        scheduler = Scheduler.create(database, answer)
                .jdbcCustomization(dialect)
                .addSchedulerListener(watch)
                .schedulerName(new SchedulerName.Fixed(settings.replica()))
                .threads(settings.running())
                .tableName("task_queue")
                .executorService(Executors.newFixedThreadPool(
                        settings.running(), Thread.ofVirtual().name("task-", 1).factory()))
                // No more than can run at once: what is fetched beforehand keeps its place before what comes later.
                .pollUsingFetch(0.0, 1.0)
                .pollingInterval(POLL)
                .heartbeatInterval(settings.heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .enablePriority()
                .shutdownMaxWait(Duration.ofSeconds(5))
                .build();
    }

    private static CompletionHandler<Void> handler(Clock clock, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> new CompletionHandler.OnCompleteRemove<>();
            case Outcome.Again(Duration delay) ->
                (complete, operations) ->
                        operations.reschedule(complete, clock.instant().plus(delay));
        };
    }

    /** Begins to hand out tasks to this replica. */
    void start() {
        scheduler.start();
    }

    /**
     * Puts a task into the queue, unless it is there.
     *
     * @param priority higher ones go first
     */
    void add(String task, int priority) {
        scheduler.scheduleIfNotExists(ANSWER.instance(task).priority(priority).build(), clock.instant());
        scheduler.triggerCheckForDueExecutions();
    }

    /** The priority of a task with a rank; ranks grow with the tasks that there have been, and never reach the bounds. */
    static int priority(Priority priority, long rank) {
        int level = switch (priority) {
            case LOW -> -RANKS;
            case NORMAL -> 0;
            case HIGH -> RANKS;
        };
        return level - (int) Math.min(rank, RANKS - 1);
    }

    /** Takes the tasks away from replicas that are dead for certain, so that nobody waits for their heartbeats. */
    void releaseFromDead(Replicas replicas) throws SQLException {
        try (Connection connection = database.getConnection()) {
            List<String> dead = new ArrayList<>();
            try (PreparedStatement owners = connection.prepareStatement(
                            "SELECT DISTINCT picked_by FROM task_queue WHERE picked_by IS NOT NULL");
                    ResultSet rows = owners.executeQuery()) {
                while (rows.next()) {
                    if (!replicas.mayLive(rows.getString(1))) {
                        dead.add(rows.getString(1));
                    }
                }
            }
            for (String replica : dead) {
                try (PreparedStatement release = connection.prepareStatement(
                        "UPDATE task_queue SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL,"
                                + " version = version + 1 WHERE picked_by = ?")) {
                    release.setString(1, replica);
                    release.executeUpdate();
                }
            }
        }
    }

    /** Hands out no more tasks to this replica; what it runs goes on. */
    void pause() {
        scheduler.pause();
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
