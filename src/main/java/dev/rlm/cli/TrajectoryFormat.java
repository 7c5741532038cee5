package dev.rlm.cli;

import dev.rlm.journal.Journal;
import dev.rlm.journal.ReferenceTrajectory;
import dev.rlm.journal.Trajectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The formats in which what happened in a task is written for others. */
enum TrajectoryFormat {
    /** All events, one a line: {@link Trajectory}. */
    EVENTS,

    /** The turns, as the reference implementation's visualiser reads them: {@link ReferenceTrajectory}. */
    VISUALISER;

    /** What options of this type say of it. */
    static final String DESCRIPTION = "events: every event, one a line; visualiser: for the reference implementation's"
            + " visualiser (default: ${DEFAULT-VALUE}).";

    /**
     * Requires that a file can be written later, as far as can be told.
     *
     * @throws CommandException if its folder is missing or it is a folder itself
     */
    static void requireFile(Path file) throws CommandException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw new CommandException(
                    Command.BAD_INPUT, "The trajectory cannot be written: there is no folder " + parent + ".");
        }
        if (Files.isDirectory(file)) {
            throw new CommandException(
                    Command.BAD_INPUT, "The trajectory cannot be written: " + file + " is a folder.");
        }
    }

    /** Writes what happened in a task to a file, in the place of what was there. */
    void write(Journal journal, Path file) throws CommandException {
        // Replaces what is no valid text, where a writer of Files would fail.
        try (Writer writer =
                new OutputStreamWriter(new BufferedOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            write(journal, writer);
        } catch (IOException e) {
            throw new CommandException(
                    Command.FAILED, "The trajectory could not be written to " + file + ": " + e.getMessage());
        }
    }

    /** Writes what happened in a task. */
    void write(Journal journal, Writer writer) throws IOException {
        switch (this) {
            case EVENTS -> Trajectory.write(journal.entriesAfter(0), writer);
            case VISUALISER -> ReferenceTrajectory.write(journal.entriesAfter(0), journal::text, writer);
        }
    }
}
