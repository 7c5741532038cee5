package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rlm.sandbox.SandboxCheck.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What confined workers can do, by each launcher that works on this machine. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class IsolationTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "UNSHARE"})
    void aWorkerSeesAndReachesNothing(Isolation isolation) throws Exception {
        assumeTrue(works(isolation));
        SandboxCheck.Report report = SandboxCheck.run(settings(isolation));
        assertThat(report.summary()).contains("isolated by " + isolation.label());
        assertThat(report.findings())
                .filteredOn(finding -> finding.layer() != Layer.LIMITS && finding.layer() != Layer.MEMORY)
                .hasSize(Layer.values().length - 2)
                .allMatch(Finding::holds);
        boolean root = System.getProperty("user.name").equals("root");
        assertThat(report.findings())
                .filteredOn(finding -> finding.layer() == Layer.LIMITS)
                .allMatch(finding -> finding.holds() != root)
                .allMatch(finding -> finding.detail().startsWith("core dumps 0, file size 0, descriptors 256"));
    }

    @Test
    void withoutNamespacesTheCheckSaysWhatAWorkerReached() throws Exception {
        SandboxCheck.Report report = SandboxCheck.run(settings(Isolation.NONE));
        assertThat(report.complete()).isFalse();
        assertThat(report.findings())
                .filteredOn(finding -> !finding.holds())
                .extracting(Finding::layer)
                .contains(Layer.NETWORK, Layer.FILES, Layer.PROCESSES, Layer.USERS);
        assertThat(report.findings())
                .filteredOn(finding -> finding.layer() == Layer.FILES)
                .allMatch(finding -> finding.detail().contains("/etc/passwd"));
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "UNSHARE", "NONE"})
    void killingAWorkerLeavesNothingOfIt(Isolation isolation) throws Exception {
        assumeTrue(works(isolation));
        WorkerCommand command = WorkerCommand.ofThisApplication(settings(isolation));
        command.prepare();
        Confinement confinement = Confinement.choose(settings(isolation), command, Tools.ofThisMachine());
        try (ProcessStarter starter = new ProcessStarter()) {
            WorkerProcess worker =
                    WorkerProcess.start(starter, confinement, command.line(512L << 20), Optional.empty());
            List<ProcessHandle> all = awaitJava(worker.pid());
            worker.kill();
            await().atMost(SOON).untilAsserted(() -> assertThat(all).noneMatch(ProcessHandle::isAlive));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "UNSHARE", "NONE"})
    void aWorkerThatIsKilledWhileItIsStartedLeavesNothing(Isolation isolation) throws Exception {
        assumeTrue(works(isolation));
        WorkerCommand command = WorkerCommand.ofThisApplication(settings(isolation));
        command.prepare();
        Confinement confinement = Confinement.choose(settings(isolation), command, Tools.ofThisMachine());
        String mark = "mark-" + UUID.randomUUID();
        List<String> marked = Stream.concat(command.line(512L << 20).stream(), Stream.of(mark))
                .toList();
        try (ProcessStarter starter = new ProcessStarter()) {
            for (int millis = 0; millis < 30; millis++) {
                WorkerProcess worker = WorkerProcess.start(starter, confinement, marked, Optional.empty());
                Thread.sleep(millis);
                worker.kill();
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(ProcessHandle.allProcesses()
                                    .filter(it -> commandLine(it).contains(mark)))
                            .isEmpty());
        }
    }

    /** Java's own view of arguments is empty where they are long. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Its input stays open, so that only the signal can end it. */
    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "UNSHARE", "NONE"})
    void aWorkerDiesWithTheProcessThatStartedItAlsoWhenThatIsKilled(Isolation isolation) throws Exception {
        assumeTrue(works(isolation));
        WorkerCommand.ofThisApplication(settings(isolation)).prepare();
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StarterProcess.class.getName(),
                        isolation.name())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = starter.inputReader(StandardCharsets.UTF_8)) {
            List<ProcessHandle> all = awaitJava(Long.parseLong(out.readLine()));
            starter.destroyForcibly().waitFor();
            await().atMost(SOON).untilAsserted(() -> assertThat(all).noneMatch(ProcessHandle::isAlive));
        } finally {
            starter.destroyForcibly();
        }
    }

    @Test
    void aTaskWaitsForTheMemoryThatAnotherHas() throws Exception {
        SandboxSettings defaults = SandboxSettings.defaults();
        SandboxSettings one = new SandboxSettings(
                defaults.heapBytes(),
                1,
                Duration.ofMinutes(3),
                defaults.grace(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Isolation.AUTO,
                OptionalLong.of(WorkerMemory.charge(defaults.heapBytes())));
        try (SandboxPool pool = new SandboxPool(one, WorkerCommand.ofThisApplication(one))) {
            TestRepl first = new TestRepl(pool.open(TestRepl.documents(folder, "d", "first")));
            assertThat(first.output("context")).isEqualTo("'first'");
            CompletableFuture<String> second = new CompletableFuture<>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try (TestRepl repl = new TestRepl(pool.open(TestRepl.documents(folder, "d", "second")))) {
                    second.complete(repl.output("context"));
                } catch (Exception e) {
                    second.completeExceptionally(e);
                }
            });
            await().atMost(SOON).until(() -> waiting.getState() == Thread.State.WAITING);
            assertThat(first.output("context + ' still'")).isEqualTo("'first still'");
            assertThat(second).isNotDone();
            first.close();
            assertThat(second.get()).isEqualTo("'second'");
        }
    }

    /** The processes of a worker, once Java is among them. */
    private static List<ProcessHandle> awaitJava(long pid) {
        ProcessHandle outermost = ProcessHandle.of(pid).orElseThrow();
        await().atMost(SOON)
                .until(() -> Stream.concat(Stream.of(outermost), outermost.descendants())
                        .anyMatch(process -> process.info().command().orElse("").endsWith("/java")));
        return Stream.concat(Stream.of(outermost), outermost.descendants()).toList();
    }

    private static boolean works(Isolation isolation) {
        SandboxSettings settings = settings(isolation);
        try {
            Confinement.choose(settings, WorkerCommand.ofThisApplication(settings), Tools.ofThisMachine());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static SandboxSettings settings(Isolation isolation) {
        return SandboxSettings.defaults().with(isolation);
    }
}
