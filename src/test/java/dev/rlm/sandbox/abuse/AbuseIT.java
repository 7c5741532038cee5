package dev.rlm.sandbox.abuse;

import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the attempts against the packaged worker, under each launcher, side by side. It takes some twenty minutes, so it is
 * asked for: {@code -Drlm.abuse=all}, or {@code -Drlm.abuse=files,threads} for some families; {@code
 * -Drlm.abuse.launchers=plain} chooses launchers.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "rlm.abuse", matches = ".+")
class AbuseIT {
    private static final Map<String, Workers> LAUNCHERS = Map.of(
            "isolated",
            new Workers(Isolation.AUTO, Compiler.FULL),
            "plain",
            new Workers(Isolation.NONE, Compiler.QUICK));

    private static final AbuseTable TABLE = new AbuseTable();
    private static final List<Thread> RUNS = new ArrayList<>();

    @TempDir
    static Path folder;

    /** How the workers of a launcher are isolated, and how they compile: both ways are among them. */
    private record Workers(Isolation isolation, Compiler compiler) {}

    /** Something to be proved, and what has come of it once it was its turn. */
    private record Proof(String title, Step step, CompletableFuture<Void> outcome) {
        Proof(String title, Step step) {
            this(title, step, new CompletableFuture<>());
        }

        void prove(AbuseRun run) {
            try {
                step.prove(run);
                outcome.complete(null);
            } catch (Exception | AssertionError e) {
                outcome.completeExceptionally(e);
            }
        }

        DynamicTest test() {
            return DynamicTest.dynamicTest(title, () -> {
                try {
                    outcome.join();
                } catch (CompletionException e) {
                    throw e.getCause();
                }
            });
        }
    }

    @FunctionalInterface
    private interface Step {
        void prove(AbuseRun run) throws Exception;
    }

    @AfterAll
    static void tell() throws InterruptedException {
        for (Thread run : RUNS) {
            run.join();
        }
        System.out.println(TABLE);
    }

    @TestFactory
    Stream<DynamicContainer> everyAttemptIsContained() throws IOException {
        List<DynamicContainer> launchers = new ArrayList<>();
        for (String launcher : chosen(
                "rlm.abuse.launchers", LAUNCHERS.keySet().stream().sorted().toList())) {
            List<Proof> proofs = proofs(launcher);
            RUNS.add(Thread.ofVirtual().name(launcher).start(() -> run(launcher, proofs)));
            launchers.add(
                    DynamicContainer.dynamicContainer(launcher, proofs.stream().map(Proof::test)));
        }
        return launchers.stream();
    }

    private static List<Proof> proofs(String launcher) throws IOException {
        List<Proof> proofs = new ArrayList<>();
        for (String family : chosen("rlm.abuse", AbuseFile.FAMILIES)) {
            String prefix = launcher + ", " + family + ": ";
            for (AbuseCase attempt : AbuseFile.read(family)) {
                proofs.add(new Proof(prefix + attempt.title(), run -> run.prove(attempt)));
            }
            proofs.add(new Proof(prefix + "the other task works as before", AbuseRun::endFamily));
        }
        return proofs;
    }

    private static List<String> chosen(String property, List<String> all) {
        String chosen = System.getProperty(property, "");
        return chosen.isBlank() || chosen.equals("all") ? all : Arrays.asList(chosen.split(","));
    }

    private static void run(String launcher, List<Proof> proofs) {
        Workers workers = LAUNCHERS.get(launcher);
        try (AbuseRun run =
                new AbuseRun(launcher, workers.isolation(), workers.compiler(), folder.resolve(launcher), TABLE)) {
            proofs.forEach(proof -> proof.prove(run));
        } catch (Exception | Error e) {
            proofs.forEach(proof -> proof.outcome().completeExceptionally(e));
        }
    }
}
