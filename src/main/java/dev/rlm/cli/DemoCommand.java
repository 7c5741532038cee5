package dev.rlm.cli;

import dev.rlm.context.Context;
import dev.rlm.context.PdfPages;
import dev.rlm.context.Source;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code rlm demo}: the whole way of a question, with a scripted model in the place of a paid one. */
@CommandLine.Command(
        name = "demo",
        description =
                "Shows how a question about a source tree is answered, turn by turn. The model is scripted and no"
                        + " account is needed; everything else is real: the sandbox, the code that runs, the sub-calls over HTTP.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class DemoCommand implements Command {

    private static final String QUESTION =
            "Which Java packages does this source tree have, how large is each, and what is"
                    + " each for? Which file is the largest?";
    private static final Duration POLL = Duration.ofMillis(500);

    @Option(
            names = "--context",
            paramLabel = "PATH",
            description = "The source tree to look at (default: the checkout that rlm was started from).")
    private Path tree = Path.of(System.getProperty("rlm.home", ""));

    @Override
    public Map<String, String> configuration() throws CommandException {
        try {
            String address = ScriptedEndpoint.start(script()).baseUrl().toString();
            return Map.of(
                    "rlm.context.roots",
                    "",
                    "rlm.context.default-root",
                    tree.toAbsolutePath().toString(),
                    "rlm.engine.turns",
                    "30",
                    "rlm.engine.sub-calls",
                    "200",
                    "rlm.engine.max-cost",
                    "",
                    "rlm.task.store",
                    "temporary",
                    "rlm.model.openai.base-url",
                    address,
                    "rlm.model.root",
                    "openai:scripted-root",
                    "rlm.model.sub",
                    "openai:scripted-sub");
        } catch (IOException e) {
            throw new CommandException(FAILED, "The scripted model could not be started: " + e.getMessage());
        }
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        Terminal.print("rlm demo: scripted model, no account needed. Sandbox, code and sub-calls are real.");
        try (PassingContext loaded =
                PassingContext.load(application, List.of(new Source.OnDisk(tree.toString())), PdfPages.AUTO)) {
            Context context = loaded.context();
            Terminal.print("context:  %s (%d documents, %d characters, about %d tokens; %d skipped)"
                    .formatted(
                            tree.toAbsolutePath(),
                            context.documents().size(),
                            context.characters(),
                            context.tokens(),
                            context.skipped().size()));
            return show(application, context);
        }
    }

    private static int show(Application application, Context context) throws CommandException, InterruptedException {
        CallerTasks tasks = application.tasks();
        TaskStatus status;
        try {
            status = tasks.submit(
                    new TaskRequest(QUESTION, List.of(context.id()), null, null, TaskRequest.Limits.DEFAULTS));
        } catch (TaskException e) {
            throw new CommandException(FAILED, e.getMessage());
        }
        Terminal.print("question: " + QUESTION);
        Journal journal = tasks.journal(status.id()).orElseThrow();
        ProgressLine progress = ProgressLine.onTerminal();
        long shown = 0;
        while (true) {
            List<Entry> news = journal.entriesAfter(shown);
            if (!news.isEmpty()) {
                progress.clear();
                news.forEach(entry -> StoryLines.of(entry).forEach(line -> Terminal.print(Terminal.harmless(line))));
                shown = news.getLast().number();
            }
            status = tasks.status(status.id()).orElseThrow();
            if (status.state().ended() && status.version() == shown) {
                break;
            }
            progress.show(status);
            journal.awaitEntryAfter(shown, POLL);
        }
        Terminal.print("");
        Terminal.print(ProgressLine.describe(status, Instant.now()));
        return status.state() == TaskState.ANSWERED ? OK : FAILED;
    }

    private static Script script() {
        try (InputStream in = DemoCommand.class.getResourceAsStream("demo.yaml")) {
            if (in == null) {
                throw new IllegalStateException("The demo's script is missing from the program.");
            }
            return Script.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
