package dev.rlm.cli;

import dev.rlm.eval.EvalException;
import dev.rlm.eval.Evaluation;
import dev.rlm.eval.Item;
import dev.rlm.eval.ItemReader;
import dev.rlm.eval.ItemReader.Items;
import dev.rlm.eval.Outcome;
import dev.rlm.eval.Report;
import dev.rlm.eval.ResultsFile;
import dev.rlm.eval.RunResult;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.task.TaskRequest.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlm eval}: questions with known answers, asked in several ways and scored. */
@CommandLine.Command(
        name = "eval",
        description = {
            "Asks questions whose answers are known, scores what comes back, and prints what it cost.",
            "",
            "ITEMS.jsonl has one JSON object a line: id, question, context (a text) or files (paths), gold (the right answer),"
                    + " scoring (exact, number, choice, pairs or date), and choices where there are some; see docs/evaluation.md."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 every run has an answer, right or wrong; 2 bad usage or input; 3 some runs have none; 4 none has.",
            "",
            "Example: rlm eval items.jsonl --arms direct,depth1 --runs 3 --results results.jsonl"
        })
final class EvalCommand implements Command {

    private static final int MOST_RUNS = 1_000;
    private static final int MOST_PARALLEL = 256;

    @Parameters(index = "0", paramLabel = "ITEMS.jsonl", description = "The questions and their right answers.")
    private Path file = Path.of("");

    @Option(
            names = {"--arms", "--arm"},
            paramLabel = "ARM",
            split = ",",
            defaultValue = Arm.AUTO,
            description =
                    "In which ways to ask: auto (as rlm ask does), direct (the root model reads it all in one call),"
                            + " depth0 (code without sub-calls), depth1 (with sub-calls), depth2 (with children) and so on to"
                            + " depth5 (default: ${DEFAULT-VALUE}).")
    private List<String> armNames = List.of();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many times to ask each question in each way (default: ${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(names = "--limit", paramLabel = "N", description = "Ask only the first N items (default: all).")
    private @Nullable Integer limit;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "1",
            description = "Questions at a time, 1 to 256 (default: ${DEFAULT-VALUE}).")
    private int parallel = 1;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Add each result to this file, as JSON lines, and do not ask again what has a result there.")
    private @Nullable Path results;

    @Mixin
    private ModelOptions models = new ModelOptions();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    private List<Arm> arms = List.of();
    private List<Item> items = List.of();

    /** Whether nothing is left to be broken off. */
    private volatile boolean over;

    /** Whether the program is being ended from outside. */
    private volatile boolean stopping;

    @Override
    public Map<String, String> configuration() throws CommandException {
        require(runs >= 1 && runs <= MOST_RUNS, "--runs must be 1 to " + MOST_RUNS + ", not " + runs + ".");
        require(
                parallel >= 1 && parallel <= MOST_PARALLEL,
                "--parallel must be 1 to " + MOST_PARALLEL + ", not " + parallel + ".");
        require(limit == null || limit >= 1, "--limit must be at least 1, not " + limit + ".");
        arms = Arm.all(armNames);
        try {
            Items read = ItemReader.read(file);
            if (!read.unknownFields().isEmpty()) {
                Terminal.note("Fields that are not known are ignored: " + String.join(", ", read.unknownFields()));
            }
            items = limit == null
                    ? read.items()
                    : read.items().stream().limit(limit).toList();
        } catch (EvalException e) {
            throw new CommandException(BAD_INPUT, e.getMessage());
        }
        return Map.of(
                "rlm.context.default-root",
                folder().toString(),
                "rlm.task.store",
                "temporary",
                "rlm.task.running",
                String.valueOf(parallel));
    }

    private static void require(boolean holds, String sentence) throws CommandException {
        if (!holds) {
            throw new CommandException(BAD_INPUT, sentence);
        }
    }

    /** Where the items are, and the files that they name. */
    private Path folder() {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "A file lies in a folder.");
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        Evaluation evaluation =
                new Evaluation(items, arms.stream().map(Arm::label).toList(), runs, parallel, setup(application));
        application.sandboxWarning().ifPresent(Terminal::note);
        TaskRespondent respondent = new TaskRespondent(
                application,
                folder(),
                arms.stream().collect(Collectors.toMap(Arm::label, Function.identity())),
                models,
                limits);
        Progress progress = new Progress(evaluation.size());
        try (ResultsFile kept = results == null ? null : ResultsFile.open(results)) {
            Thread breakOff = new Thread(() -> breakOff(respondent, kept));
            Runtime.getRuntime().addShutdownHook(breakOff);
            List<RunResult> made = evaluation.make(respondent, kept, progress);
            progress.clear();
            if (stopping) {
                return FAILED;
            }
            over = true;
            noteOthers(kept, made);
            return print(Report.of(evaluation, made));
        } catch (EvalException e) {
            return failed(new CommandException(BAD_INPUT, e.getMessage()));
        } catch (IOException e) {
            return failed(new CommandException(
                    FAILED, "A result could not be written to " + results + ": " + e.getMessage() + "."));
        } catch (RuntimeException e) {
            return failed(e);
        } finally {
            over = true;
        }
    }

    /** What ends from then on was broken off by the end of the program, and is to be asked again. */
    private void breakOff(TaskRespondent respondent, @Nullable ResultsFile kept) {
        if (over) {
            return;
        }
        stopping = true;
        if (kept != null) {
            kept.close();
        }
        Terminal.note("rlm: The evaluation was stopped."
                + (kept == null ? "" : " The same command goes on from what is in " + results + "."));
        respondent.stop();
    }

    /** What goes wrong while the program is being ended is no news. */
    private <E extends Exception> int failed(E failure) throws E {
        if (stopping) {
            return FAILED;
        }
        throw failure;
    }

    private void noteOthers(@Nullable ResultsFile kept, List<RunResult> made) {
        int others = kept == null ? 0 : kept.size() - made.size();
        if (others > 0) {
            Terminal.note(results + " has " + others + (others == 1 ? " result" : " results")
                    + " of other items, arms, runs, models or limits, which the report leaves out.");
        }
    }

    /** What must be the same for two results to be comparable, besides the item and the arm. */
    private String setup(Application application) throws CommandException {
        ModelId root = models.root() == null ? application.rootModel() : models.root();
        ModelId sub = models.sub() == null ? application.subModel() : models.sub();
        for (ModelId model : List.of(root, sub)) {
            try {
                var _ = application.roles().of(model);
            } catch (ModelException e) {
                throw new CommandException(BAD_INPUT, e.getMessage());
            }
        }
        Limits chosen = limits.with(null, null);
        return "root model %s, sub-model %s".formatted(root, sub)
                + part(", turns ", chosen.turns())
                + part(", sub-calls ", chosen.subCalls())
                + part(", USD ", chosen.usd())
                + part(", time ", chosen.time());
    }

    private static String part(String name, @Nullable Object value) {
        return value == null ? "" : name + value;
    }

    private int print(Report report) throws CommandException {
        List<RunResult> failures = report.failures();
        boolean nothingAsked = failures.size() == report.runs()
                && failures.stream().allMatch(each -> each.outcome().state().equals(Outcome.REFUSED));
        if (nothingAsked) {
            throw new CommandException(
                    BAD_INPUT, String.valueOf(failures.getFirst().outcome().reason()));
        }
        if (json) {
            Terminal.print(report.json().toPrettyString());
        } else {
            report.lines().forEach(Terminal::printText);
        }
        if (failures.isEmpty()) {
            return OK;
        }
        return failures.size() == report.runs() ? FAILED : PARTIAL;
    }

    /** Tells a person how far it is. */
    private static final class Progress implements Consumer<RunResult> {
        private final ProgressLine line = ProgressLine.onTerminal();
        private final int all;
        private int done;

        Progress(int all) {
            this.all = all;
        }

        @Override
        public void accept(RunResult result) {
            done++;
            line.show("%d of %d runs; %s, %s, run %d: %s"
                    .formatted(
                            done,
                            all,
                            result.key().id(),
                            result.key().arm(),
                            result.key().run(),
                            result.failed() ? result.outcome().state() : "score " + result.score()));
        }

        void clear() {
            line.clear();
        }
    }
}
