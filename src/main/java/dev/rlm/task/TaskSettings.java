package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.engine.EngineSettings;
import dev.rlm.model.ModelId;

/**
 * How tasks are run.
 *
 * @param running how many tasks run at a time, at least 1; the others wait in order of submission
 * @param queued how many tasks may wait
 * @param kept how many ended tasks are remembered; the oldest are forgotten first
 * @param rootModel the root model of questions that name none
 * @param subModel the sub-model of questions that name none
 * @param budget the limits of questions that set none
 * @param engine how questions are answered
 */
public record TaskSettings(
        int running, int queued, int kept, ModelId rootModel, ModelId subModel, Budget budget, EngineSettings engine) {

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public TaskSettings {
        if (running < 1 || queued < 0 || kept < 1) {
            throw new IllegalArgumentException("At least 1 running, 0 queued and 1 kept tasks must be allowed.");
        }
    }
}
