package dev.rlm.cli;

import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.StoredJournal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlm trajectory}: what happened in a task of a server. */
@CommandLine.Command(
        name = "trajectory",
        description =
                "Writes what has happened so far in a task of a server, from the configured store (rlm.task.store),"
                        + " also while the server runs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {"", "Example: rlm trajectory --format visualiser --output run.jsonl task_3k9x"})
final class TrajectoryCommand implements Command {

    @Parameters(index = "0", paramLabel = "TASK", description = "The task's id, as rlm_ask or rlm_list_tasks tell it.")
    private String task = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "events",
            description = TrajectoryFormat.DESCRIPTION)
    private TrajectoryFormat format = TrajectoryFormat.EVENTS;

    @Option(names = "--output", paramLabel = "FILE", description = "Write to this file (default: standard output).")
    private @Nullable Path output;

    @Override
    public Map<String, String> configuration() throws CommandException {
        if (output != null) {
            TrajectoryFormat.requireFile(output);
        }
        return Map.of();
    }

    @Override
    public int run(Application application) throws CommandException {
        try {
            Journal journal = journal(application.journals());
            if (output != null) {
                format.write(journal, output);
            } else {
                StringWriter text = new StringWriter();
                format.write(journal, text);
                Terminal.printText(text.toString().stripTrailing());
            }
            return OK;
        } catch (JournalException e) {
            throw new CommandException(FAILED, "The task could not be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Journal journal(JournalStore store) throws CommandException {
        if (store.find(task).isEmpty()) {
            throw new CommandException(
                    BAD_INPUT,
                    "There is no task " + task + " in the store: rlm_list_tasks lists them, and rlm.task.store names"
                            + " the store.");
        }
        return StoredJournal.reading(store, task);
    }
}
