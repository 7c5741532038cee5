package dev.rlm.sandbox.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Isolation;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import dev.rlm.sandbox.abuse.AbuseCase.AbusiveCell;
import dev.rlm.sandbox.abuse.AbuseCase.Ending;
import dev.rlm.sandbox.abuse.AbuseCase.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Runs attempts against the packaged worker under one launcher, in a task that is abused and beside another that must
 * notice nothing. One attempt at a time.
 */
final class AbuseRun implements AutoCloseable {
    private static final Path APPLICATION = Path.of("target", "quarkus-app").toAbsolutePath();

    /** What is promised after the time limit: the grace, the kill, and what the server needs for them. */
    private static final Duration PROMISE = Duration.ofSeconds(2);

    /** On two cores shared with other work, the server's own threads may wait this long for one of them. */
    private static final Duration NOISE = Duration.ofSeconds(3);

    private static final Pattern NOT_FOR_MODELS = Pattern.compile(
            "\\b(java|javax|jdk|sun|com\\.oracle|org\\.graalvm|dev\\.rlm)\\.[a-z]+\\.|\\n\\s+at [a-z]|<rlm ");

    private final String launcher;
    private final AbuseTable table;
    private final Path folder;
    private final Canaries canaries;
    private final SandboxPool pool;
    private final AbusedTask abused;
    private final AbusedTask other;

    /**
     * Opens the two tasks.
     *
     * @param launcher its name in the table
     * @param isolation what isolates the workers
     * @param compiler how their code is compiled
     * @param folder where it may write
     */
    AbuseRun(String launcher, Isolation isolation, Compiler compiler, Path folder, AbuseTable table) throws Exception {
        this.launcher = launcher;
        this.table = table;
        this.folder = folder;
        Files.createDirectories(folder.resolve("content"));
        canaries = new Canaries(folder);
        SandboxSettings settings = settings(isolation);
        pool = new SandboxPool(
                settings, WorkerCommand.ofPackaged(APPLICATION, settings).with(compiler));
        abused = task("document of the abused task", "mark-of-the-abused", canaries.directions());
        other = task("document of the other task", "mark-of-the-other", "");
    }

    private static SandboxSettings settings(Isolation isolation) {
        SandboxSettings defaults = SandboxSettings.defaults();
        return new SandboxSettings(
                256L << 20,
                1,
                Duration.ofMinutes(3),
                Duration.ofSeconds(1),
                defaults.pythonCache(),
                defaults.aotCache(),
                defaults.workerLog(),
                isolation,
                defaults.memoryBytes());
    }

    private AbusedTask task(String text, String mark, String directions) throws Exception {
        Path file = Files.createTempFile(folder.resolve("content"), "text", ".txt");
        Files.writeString(file, text);
        return new AbusedTask(pool, new SandboxDocument("document", file, text.length()), text, mark, directions);
    }

    /** Proves that a family of attempts has changed nothing for the other task, and takes another REPL for the next one. */
    void endFamily() throws Exception {
        other.proveItWorks();
        abused.startAnew();
    }

    /** Runs an attempt, and proves that it was contained and has harmed nobody. */
    void prove(AbuseCase attempt) throws Exception {
        table.begins(launcher, attempt.family());
        boolean proved = false;
        boolean runEnded = false;
        try {
            for (AbusiveCell cell : attempt.cells()) {
                runEnded |= run(attempt, cell);
            }
            assertThat(canaries.damage()).isEmpty();
            other.proveItAnswers();
            if (!runEnded) {
                proveTheAbusedWorks(attempt);
            }
            proved = true;
            table.contained(launcher, attempt.family());
        } finally {
            if (runEnded || !proved) {
                // What one attempt has spoiled must not be held against the next.
                abused.startAnew();
            }
        }
    }

    private void proveTheAbusedWorks(AbuseCase attempt) throws Exception {
        if (attempt.cells().stream().anyMatch(AbusiveCell::mayBeKilled) && abused.hasLostItsVariable()) {
            throw new AssertionError("The REPL was not rebuilt: its variable is lost.");
        }
        abused.proveItWorks();
    }

    /** Runs a cell, and proves that it ended as it must; true if it ended the run. */
    private boolean run(AbuseCase attempt, AbusiveCell cell) throws Exception {
        AbusedTask task = cell.place() == Place.OTHER ? other : abused;
        CountingCalls calls = task.calls();
        long start = System.nanoTime();
        CellResult result = task.run(cell.code(), cell.limit(), calls);
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        // The rest of the wall clock's time is another worker's, which takes the place of a lost one.
        Duration took = lostItsWorker(result) ? result.active() : wall;
        String told = told(cell, result, took, wall);
        if (Boolean.getBoolean("rlm.abuse.verbose")) {
            System.out.println("== " + attempt.family() + ": " + attempt.title() + "\n" + told);
        }
        table.ended(launcher, attempt.family(), took, cell.limit());
        assertThat(cell.endings())
                .describedAs(told)
                .anySatisfy(ending -> assertThat(endsSo(result, ending)).isTrue());
        assertThat(took).describedAs(told).isLessThan(cell.limit().plus(PROMISE).plus(NOISE));
        cell.printed()
                .forEach(
                        printed -> assertThat(result.output()).describedAs(told).contains(printed));
        proveItTellsNothing(result, cell, told);
        if (cell.prompts().isPresent()) {
            assertThat(calls.prompts())
                    .describedAs(told)
                    .isEqualTo(cell.prompts().getAsInt());
        }
        return result.finalValue() != null;
    }

    private static String told(AbusiveCell cell, CellResult result, Duration took, Duration wall) {
        String output = result.output();
        return "%s after %d ms (answered after %d ms), error: %s, output of %d characters: %s%nexpected: %s"
                .formatted(
                        result.status(),
                        took.toMillis(),
                        wall.toMillis(),
                        result.error(),
                        result.outputCharacters(),
                        output.length() > 2000
                                ? output.substring(0, 1000) + " [...] " + output.substring(output.length() - 1000)
                                : output,
                        cell.endings());
    }

    private static boolean lostItsWorker(CellResult result) {
        return switch (result.status()) {
            case OK, ERROR, TIMED_OUT -> false;
            default -> true;
        };
    }

    private static boolean endsSo(CellResult result, Ending ending) {
        String error = result.error() == null ? "" : result.error();
        return switch (ending) {
            case Ending.Well() -> result.status() == Status.OK;
            case Ending.Failed(String pattern) ->
                result.status() == Status.ERROR
                        && Pattern.compile(pattern).matcher(error).lookingAt();
            case Ending.Stopped() -> result.status() == Status.TIMED_OUT && error.contains("time limit");
            case Ending.Killed() ->
                lostItsWorker(result)
                        && (error.contains("killed at its time limit")
                                || error.contains("a cell of another REPL of this task had to be killed"));
            case Ending.MemoryExhausted() -> lostItsWorker(result) && error.contains("memory was exhausted");
        };
    }

    /** Nothing secret, nothing of the machine, nothing of another task, no more than the limit, no control characters. */
    private void proveItTellsNothing(CellResult result, AbusiveCell cell, String told) {
        String said = result.output() + "\n" + result.error();
        for (String secret : canaries.secrets()) {
            assertThat(said).describedAs(told).doesNotContain(secret);
        }
        for (String unprinted : cell.unprinted()) {
            assertThat(said).describedAs(told).doesNotContain(unprinted);
        }
        if (cell.place() == Place.ABUSED) {
            assertThat(said)
                    .describedAs(told)
                    .doesNotContain("of the other task")
                    .doesNotContain("mark-of-the-other");
        }
        for (String place : List.of(System.getProperty("java.home"), System.getProperty("user.dir"))) {
            assertThat(said).describedAs(told).doesNotContain(place);
        }
        if (!cell.code().contains("__file__")) {
            assertThat(said).describedAs(told).doesNotContain("/lib/python3.12/");
        }
        assertThat(NOT_FOR_MODELS.matcher(said).results().map(MatchResult::group))
                .describedAs(told)
                // Tracebacks show the cell's own lines.
                .allMatch(cell.code()::contains);
        // Head and tail, the note of the cut, and the sentence about a stop.
        assertThat(result.output().length()).describedAs(told).isLessThan(AbusedTask.OUTPUT_LIMIT + 500);
        assertThat(said.chars().filter(AbuseRun::steersTerminals).count())
                .describedAs(told)
                .isZero();
        if (result.status() != Status.OK) {
            assertThat(result.error()).describedAs(told).isNotBlank();
        }
    }

    private static boolean steersTerminals(int c) {
        return (c < ' ' && c != '\n' && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    @Override
    public void close() throws IOException {
        abused.close();
        other.close();
        pool.close();
        canaries.close();
    }
}
