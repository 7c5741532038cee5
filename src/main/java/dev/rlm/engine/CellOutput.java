package dev.rlm.engine;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import java.util.Optional;

/**
 * What the root model is told about one cell.
 *
 * @param text the cell's output as the root model sees it
 * @param failed whether it raised an exception or was stopped
 */
record CellOutput(String text, boolean failed) {

    static final CellOutput NOT_RUN = new CellOutput("[not run: the cell before it failed]", true);

    /** What is told about the cell with a number; one whose final value is rejected has failed. */
    static CellOutput of(int number, CellResult result, Optional<String> rejection) {
        String heading = "[cell %d: %s]"
                .formatted(
                        number,
                        switch (result.status()) {
                            case OK -> "done";
                            case ERROR -> "failed";
                            case TIMED_OUT -> "stopped at its time limit";
                            case KILLED -> "killed; its own effects are undone";
                            case STATE_LOST -> "sandbox lost";
                        });
        return new CellOutput(
                (result.output().isEmpty() ? heading + " no output" : heading + "\n" + result.output())
                        + rejection.map(told -> "\n" + told).orElse(""),
                result.status() != Status.OK || rejection.isPresent());
    }
}
