package dev.rlm.cli;

import dev.rlm.task.TaskReport;
import dev.rlm.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;

/** A line on the terminal that tells how a task goes, or several. */
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
        show(describe(status, Instant.now()));
    }

    void show(String line) {
        if (visible) {
            Terminal.overwrite(line);
        }
    }

    void clear() {
        if (visible) {
            Terminal.overwrite("");
        }
    }

    static String describe(TaskStatus status, Instant now) {
        Instant end = status.ended() == null ? now : status.ended();
        return Duration.between(status.submitted(), end).toSeconds() + " s, " + TaskReport.line(status);
    }
}
