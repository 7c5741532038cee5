package dev.rlm.sandbox;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.VisibleText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes results of what a worker said or failed to say, with sentences that the author of the cell can act on. */
final class CellResults {
    static final Frame.Output NO_OUTPUT = new Frame.Output("", 0);
    static final String CHILD_LOST =
            "This REPL is gone with its variables, as are all children of the task's REPL: open another in its place.";
    static final String ALL_LOST = "All variables are lost; context and documents are there again.";

    private CellResults() {}

    static CellResult ended(Frame.CellEnded ended, String note, Duration timeLimit, Duration active) {
        Frame.Output output = after(note, ended.output());
        return switch (ended.ending()) {
            case DONE -> result(Status.OK, output, null, ended.value(), active);
            case FAILED -> result(Status.ERROR, output, ended.error(), ended.value(), active);
            case STOPPED -> {
                String reason = "TimeoutError: the cell was stopped at its time limit of " + seconds(timeLimit)
                        + "; variables assigned before are kept. Do less in one cell.";
                yield result(Status.TIMED_OUT, with(output, reason), reason, null, active);
            }
        };
    }

    static CellResult lost(
            Status status, String reason, Frame.Output output, Frame.@Nullable Value value, Duration active) {
        return result(status, with(output, reason), reason, value, active);
    }

    /** A sentence about why the worker was lost in a cell. */
    static String whyLost(RunOutcome.Reason reason, Duration timeLimit, Sandbox sandbox) {
        return switch (reason) {
            case TIMED_OUT ->
                "The cell was killed at its time limit of " + seconds(timeLimit)
                        + " because it could not be interrupted.";
            case BESIDE ->
                "The cell was ended with the sandbox, in which a cell of another REPL of this task had to be killed.";
            case NONSENSE -> "The cell was killed because it broke the sandbox: what came out of it made no sense.";
            case DEAD -> "The cell was killed because the sandbox was lost: " + sandbox.reasonOfEnd() + ".";
        };
    }

    /** A sentence about what to do instead of the cell that was killed. */
    static String advice(RunOutcome.Reason reason) {
        String notAgain = "Do not run this cell again as it is: ";
        return switch (reason) {
            case TIMED_OUT ->
                notAgain
                        + "take smaller steps, and bound iterators, numbers and strings before you hand them to one built-in.";
            case DEAD -> notAgain + "hold less in memory at a time, and work in smaller parts.";
            case NONSENSE -> notAgain + "use only what the REPL offers.";
            case BESIDE -> "It was not the cause and can be run again.";
        };
    }

    /** An output with a note before it. */
    static Frame.Output after(String note, Frame.Output output) {
        return note.isEmpty() ? output : new Frame.Output(note + output.text(), note.length() + output.characters());
    }

    private static Frame.Output with(Frame.Output output, String line) {
        String text = output.text();
        String joint = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return new Frame.Output(text + joint + line + "\n", output.characters() + line.length() + 1);
    }

    private static CellResult result(
            Status status, Frame.Output output, @Nullable String error, Frame.@Nullable Value value, Duration active) {
        return new CellResult(
                status,
                VisibleText.of(output.text()),
                output.characters(),
                error == null ? null : VisibleText.of(error),
                value == null ? null : new FinalValue(value.text(), value.json()),
                active);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
