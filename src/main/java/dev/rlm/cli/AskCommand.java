package dev.rlm.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.PdfPages;
import dev.rlm.context.Source;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskReport;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlm ask}: one question, answered on the spot. */
@CommandLine.Command(
        name = "ask",
        description = "Answers a question about files, folders or archives of any size, and prints the answer.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 answered, 2 bad usage or input, 3 partial answer, 4 failed.",
            "",
            "Example: rlm ask --context src \"Which classes open network connections?\""
        })
final class AskCommand implements Command {

    private static final Duration POLL = Duration.ofMillis(500);

    @Parameters(index = "0", paramLabel = "QUESTION", description = "The question.")
    private String question = "";

    @Option(
            names = "--context",
            paramLabel = "PATH",
            required = true,
            description =
                    "A file (text, PDF or image), folder (honours .gitignore) or archive, or an allowed https:// or s3:// address, to ask"
                            + " about, or - for standard input. Repeat it for several.")
    private List<String> contexts = new ArrayList<>();

    @Option(
            names = "--pdf-pages",
            paramLabel = "WHICH",
            description = "Which pages of PDFs become images beside their text: auto (those without text), all, or none"
                    + " (default: auto).")
    private PdfPages pdfPages = PdfPages.AUTO;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "A JSON Schema that the answer must fit; the answer is then a JSON value.")
    private @Nullable Path schemaFile;

    @Mixin
    private ModelOptions models = new ModelOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Sub-calls at a time, 1 to 256 (default: rlm.engine.parallel).")
    private @Nullable Integer parallel;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description =
                    "Depth of recursion, 1 to 5: 1 asks sub-models, 2 also children that do (default: rlm.engine.depth).")
    private @Nullable Integer depth;

    @Option(
            names = "--route",
            paramLabel = "WAY",
            description =
                    "How to answer: direct (the root model reads it all in one call), rlm (by code), or auto (default: rlm.engine.route).")
    private @Nullable String route;

    @Option(
            names = "--verify",
            description = "Have what the answer claims checked against the passages that it cites (one sub-call each).")
    private boolean verify;

    @Option(names = "--json", description = "Print the full result as JSON.")
    private boolean json;

    @Option(names = "--trace", paramLabel = "FILE", description = "Write the trajectory to this file, as JSON lines.")
    private @Nullable Path trace;

    @Option(
            names = "--trace-format",
            paramLabel = "FORMAT",
            defaultValue = "events",
            description = TrajectoryFormat.DESCRIPTION)
    private TrajectoryFormat traceFormat = TrajectoryFormat.EVENTS;

    private @Nullable String schema;

    @Override
    public Map<String, String> configuration() throws CommandException {
        if (contexts.stream().filter("-"::equals).count() > 1) {
            throw new CommandException(BAD_INPUT, "Standard input can be only one context: give '--context -' once.");
        }
        if (trace != null) {
            TrajectoryFormat.requireFile(trace);
        }
        schema = schemaFile == null ? null : SchemaFile.read(schemaFile);
        return Map.of(
                "rlm.context.default-root", Path.of("").toAbsolutePath().toString(), "rlm.task.store", "temporary");
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        List<Source> sources = new ArrayList<>();
        for (String path : contexts) {
            sources.add(path.equals("-") ? new Source.Stream("stdin", System.in) : Source.at(path));
        }
        try (PassingContext loaded = PassingContext.load(application, sources, pdfPages)) {
            loaded.context().skipped().forEach(skipped -> Terminal.note("skipped: " + skipped));
            return ask(application, loaded);
        }
    }

    private int ask(Application application, PassingContext loaded) throws CommandException, InterruptedException {
        CallerTasks tasks = application.tasks();
        TaskStatus submitted;
        try {
            submitted = tasks.submit(new TaskRequest(
                            question,
                            List.of(loaded.context().id()),
                            models.root(),
                            models.sub(),
                            limits.with(parallel, depth))
                    .withSchema(schema)
                    .withRoute(route)
                    .withVerification(verify));
        } catch (TaskException e) {
            throw new CommandException(BAD_INPUT, e.getMessage());
        }
        application.sandboxWarning().ifPresent(Terminal::note);
        TaskStatus ended = watch(tasks, submitted);
        if (loaded.isClosed()) {
            // Without its context the task fails, which says nothing to whoever has ended the command.
            return FAILED;
        }
        int exitCode = print(ended);
        if (trace != null) {
            traceFormat.write(tasks.journal(ended.id()).orElseThrow(), trace);
        }
        return exitCode;
    }

    private static TaskStatus watch(CallerTasks tasks, TaskStatus submitted) throws InterruptedException {
        ProgressLine progress = ProgressLine.onTerminal();
        TaskStatus status = submitted;
        while (!status.state().ended()) {
            progress.show(status);
            status = tasks.awaitChange(status.id(), status.version(), POLL).orElseThrow();
        }
        progress.clear();
        return status;
    }

    private int print(TaskStatus ended) {
        ObjectNode report = TaskReport.whole(ended);
        if (json) {
            Terminal.print(report.toPrettyString());
        } else {
            String answer = report.get("answer").textValue();
            if (answer != null) {
                Terminal.printText(answer);
            }
            String reason = report.get("reason").textValue();
            if (reason != null) {
                Terminal.note(ended.state().label() + ": " + reason);
            }
            String coverage = report.path("coverage").path("note").textValue();
            if (coverage != null) {
                Terminal.note(coverage);
            }
            JsonNode verification = report.path("verification");
            if (verification.path("note").isTextual()) {
                Terminal.note(verification.get("note").textValue());
                verification
                        .get("claims")
                        .forEach(claim -> Terminal.note("%s by %s:%d: %s"
                                .formatted(
                                        claim.get("verdict").textValue(),
                                        claim.get("document").textValue(),
                                        claim.get("line").longValue(),
                                        claim.get("reason").textValue())));
            }
        }
        return switch (ended.state()) {
            case ANSWERED -> OK;
            case PARTIAL -> PARTIAL;
            case FAILED, CANCELLED, QUEUED, RUNNING -> FAILED;
        };
    }
}
