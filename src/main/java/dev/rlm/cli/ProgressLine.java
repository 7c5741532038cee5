package dev.rlm.cli;

import dev.rlm.budget.Charge;
import dev.rlm.task.TaskStatus;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** A line on the terminal that tells how a task goes. */
final class ProgressLine {

    private final boolean visible;

    private ProgressLine(boolean visible) {
        this.visible = visible;
    }

    /** A line that shows only where a person sees it. */
    static ProgressLine onTerminal() {
        return new ProgressLine(Terminal.isInteractive());
    }

    void show(TaskStatus status) {
        if (visible) {
            Terminal.overwrite(describe(status, Instant.now()));
        }
    }

    void clear() {
        if (visible) {
            Terminal.overwrite("");
        }
    }

    static String describe(TaskStatus status, Instant now) {
        Charge total = status.spending().total();
        Instant end = status.ended() == null ? now : status.ended();
        String cost = total.usd() == null
                ? ""
                : ", " + total.usd().setScale(4, RoundingMode.HALF_UP).toPlainString() + " USD";
        return "%d s, turn %d of %d, %d of %d sub-calls, %d tokens in, %d out%s: %s"
                .formatted(
                        Duration.between(status.submitted(), end).toSeconds(),
                        status.turn(),
                        status.request().turns(),
                        status.spending().subCalls(),
                        status.request().subCalls(),
                        total.inputTokens(),
                        total.outputTokens(),
                        cost,
                        status.phase());
    }
}
