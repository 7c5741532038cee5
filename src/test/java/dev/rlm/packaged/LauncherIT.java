package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.packaged.PackagedRlm.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a checkout whose path has spaces and whose build only leaves a mark. */
final class LauncherIT {

    private static final Path HERE = Path.of("").toAbsolutePath();

    @TempDir
    Path temporary;

    private Path checkout;
    private Path builds;

    @BeforeEach
    void copy() throws IOException {
        checkout = Files.createDirectory(temporary.resolve("a checkout with spaces"));
        builds = checkout.resolve("builds");
        Files.copy(HERE.resolve("rlm"), checkout.resolve("rlm"));
        Files.copy(HERE.resolve("pom.xml"), checkout.resolve("pom.xml"));
        Files.createDirectories(checkout.resolve("src/main"));
        Files.writeString(
                checkout.resolve("mvnw"),
                "#!/bin/sh\necho \"$*\" >>builds\nmkdir -p target\n[ -e target/quarkus-app ] || ln -s '"
                        + HERE.resolve("target/quarkus-app") + "' target/quarkus-app\n");
        assertThat(checkout.resolve("rlm").toFile().setExecutable(true)).isTrue();
        assertThat(checkout.resolve("mvnw").toFile().setExecutable(true)).isTrue();
    }

    private Finished launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of(checkout.resolve("rlm").toString()));
        command.addAll(List.of(arguments));
        return PackagedRlm.finish(PackagedRlm.process(environment, temporary, command), "");
    }

    @Test
    void itBuildsOnceAndAgainOnlyWhenSourcesAreNewer() throws Exception {
        assertThat(launch(Map.of(), "--version").out()).startsWith("rlm ");
        assertThat(launch(Map.of(), "--version").out()).startsWith("rlm ");
        assertThat(Files.readAllLines(builds)).hasSize(1);

        Path source = Files.writeString(checkout.resolve("src/main/New.java"), "class New {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        assertThat(launch(Map.of(), "--version").out()).startsWith("rlm ");
        assertThat(Files.readAllLines(builds)).hasSize(2);
    }

    @Test
    void itPassesArgumentsAndTheExitCodeOn() throws Exception {
        Finished asked = launch(Map.of(), "ask", "--context", "no such file", "a question; with $signs and 'quotes'");
        assertThat(asked.exitCode()).isEqualTo(2);
        assertThat(asked.err()).contains("no such file");
    }

    @Test
    void testRunsTheBuildsTests() throws Exception {
        assertThat(launch(Map.of(), "test", "-Dtest=Some").exitCode()).isZero();
        assertThat(Files.readAllLines(builds)).containsExactly("-B verify -Dtest=Some");
    }

    @Test
    void aWrongJavaHomeDoesNotMatterWhereAJdk25IsFound() throws Exception {
        assertThat(launch(Map.of("JAVA_HOME", "/nowhere"), "--version").out()).startsWith("rlm ");
    }

    @Test
    void aFailedBuildIsToldAndNothingIsStarted() throws Exception {
        Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\nexit 1\n");
        Finished failed = launch(Map.of(), "--version");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("the build failed");
        assertThat(checkout.resolve(".building")).doesNotExist();
    }

    @Test
    void theLockOfALauncherThatWasKilledIsTakenOver() throws Exception {
        Files.createDirectory(checkout.resolve(".building"));
        Files.writeString(checkout.resolve(".building/pid"), "999999999");
        assertThat(launch(Map.of(), "--version").out()).startsWith("rlm ");
    }
}
