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

    static final CellOutput NOT_RUN = new CellOutput(MessageText.CELL_NOT_RUN.with(), true);

    /** What is told about the cell with a number; one whose final value is rejected has failed. */
    static CellOutput of(int number, CellResult result, Optional<String> rejection) {
        MessageText end = switch (result.status()) {
            case OK -> MessageText.CELL_DONE;
            case ERROR -> MessageText.CELL_FAILED;
            case TIMED_OUT -> MessageText.CELL_TIMED_OUT;
            case KILLED -> MessageText.CELL_KILLED;
            case STATE_LOST -> MessageText.CELL_LOST;
        };
        String heading = end.with(number);
        return new CellOutput(
                (result.output().isEmpty()
                                ? MessageText.CELL_WITHOUT_OUTPUT.with(heading)
                                : heading + "\n" + result.output())
                        + rejection.map(told -> "\n" + told).orElse(""),
                result.status() != Status.OK || rejection.isPresent());
    }
}
