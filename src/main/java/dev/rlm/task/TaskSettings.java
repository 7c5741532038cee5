package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Routing;
import dev.rlm.model.ModelId;
import java.time.Duration;

/**
 * How tasks are run.
 *
 * @param replica this replica's name, unlike that of any other on the same store
 * @param running how many tasks this replica runs at a time, at least 1
 * @param runningOnAll how many tasks all replicas run at a time, at least 1
 * @param queued how many tasks may wait, on all replicas
 * @param quotas what one caller may use
 * @param heartbeat how often a replica shows that it lives; others take its tasks after four that are missing
 * @param shutdownGrace how long tasks may go on when the replica is told to end, before they are handed on
 * @param rootModel the root model of questions that name none
 * @param subModel the sub-model of questions that name none
 * @param budget the limits of questions that set none
 * @param engine how questions are answered
 * @param routing which ways of answering are allowed for questions that do not say it
 */
public record TaskSettings(
        String replica,
        int running,
        int runningOnAll,
        int queued,
        Quotas quotas,
        Duration heartbeat,
        Duration shutdownGrace,
        ModelId rootModel,
        ModelId subModel,
        Budget budget,
        EngineSettings engine,
        Routing routing) {

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public TaskSettings {
        if (running < 1 || runningOnAll < 1 || queued < 0) {
            throw new IllegalArgumentException("At least 1 running and 0 queued tasks must be allowed.");
        }
        if (heartbeat.compareTo(Duration.ofMillis(100)) < 0 || shutdownGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "The heartbeat must be at least 100 ms and the grace of a shutdown not negative.");
        }
    }
}
