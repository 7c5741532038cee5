package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How workers are started confined, without starting any. */
class ConfinementTest {
    private static final View VIEW =
            new View(List.of(Path.of("/opt/java"), Path.of("/opt/a.jar")), Map.of(Path.of("/lib"), Path.of("usr/lib")));
    private static final List<String> WORKER = List.of("/opt/java/bin/java", "-cp", "/opt/a.jar", "Worker");
    private static final List<String> NICE = List.of("nice", "-n", "10");
    private static final List<String> LIMITS = List.of("prlimit", "--core=0");

    @Test
    void bubblewrapBindsTheViewReadOnlyAndLimitsInside() {
        List<String> line = new Bubblewrap(NICE, Path.of("/usr/bin/bwrap"), LIMITS, false, true).line(VIEW, WORKER);
        assertThat(line)
                .startsWith("nice", "-n", "10", "/usr/bin/bwrap")
                .contains("--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts")
                .contains("--die-with-parent", "--clearenv", "--disable-userns")
                .containsSequence("--ro-bind", "/opt/java", "/opt/java")
                .containsSequence("--ro-bind", "/opt/a.jar", "/opt/a.jar")
                .containsSequence("--symlink", "usr/lib", "/lib")
                .containsSequence("--remount-ro", "/")
                .doesNotContain("--bind", "--share-net", "/home", "/etc")
                .endsWith("--", "prlimit", "--core=0", "/opt/java/bin/java", "-cp", "/opt/a.jar", "Worker");
        // What is mounted later hides what was before.
        assertThat(line.indexOf("/tmp")).isLessThan(line.indexOf("--ro-bind"));
    }

    @Test
    void bubblewrapWithoutProcStillFindsTheLibraries() {
        assertThat(new Bubblewrap(NICE, Path.of("bwrap"), LIMITS, true, false).line(VIEW, WORKER))
                .contains("LD_LIBRARY_PATH")
                .doesNotContain("--proc", "--disable-userns");
    }

    @Test
    void unshareGetsTheSameViewAndDropsPrivilegesLast() {
        List<String> drop = List.of("setpriv", "--no-new-privs");
        List<String> line = new Unshare(NICE, Path.of("/usr/bin/unshare"), Path.of("/bin/sh"), drop).line(VIEW, WORKER);
        assertThat(line)
                .startsWith("nice", "-n", "10", "/usr/bin/unshare", "--user", "--map-root-user", "--net")
                .contains("--mount", "--pid", "--kill-child=KILL")
                .containsSequence("file", "/opt/a.jar")
                .containsSequence("link", "/lib", "usr/lib")
                .endsWith("--", "setpriv", "--no-new-privs", "/opt/java/bin/java", "-cp", "/opt/a.jar", "Worker");
    }

    @Test
    void withoutToolsNothingIsPromisedAndTheGapsSayWhatToInstall(@TempDir Path empty) {
        Confinement none = choose(Isolation.AUTO, Tools.in(List.of(empty)));
        assertThat(none.isolation()).isEqualTo(Isolation.NONE);
        assertThat(none.line(WORKER)).isEqualTo(WORKER);
        assertThat(none.gaps())
                .extracting(Gap::layer)
                .contains(Layer.NETWORK, Layer.PRIVILEGES, Layer.LIMITS, Layer.PRIORITY, Layer.MEMORY);
        assertThat(none.gaps().getFirst().advice()).contains("Install bubblewrap");
        assertThat(none.summary())
                .startsWith("sandboxes: NOT isolated by the operating system, because bubblewrap is not installed")
                .contains("WARNING");
    }

    @Test
    void aRequiredIsolationThatIsNotThereIsRefusedWithASentence(@TempDir Path empty) {
        assertThatThrownBy(() -> choose(Isolation.BUBBLEWRAP, Tools.in(List.of(empty))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be isolated by bubblewrap, which does not work here")
                .hasMessageContaining("package bubblewrap");
        assertThatThrownBy(() -> choose(Isolation.UNSHARE, Tools.in(List.of(empty))))
                .hasMessageContaining("package util-linux");
    }

    @Test
    void aToolThatFailsIsNotUsedAndItsComplaintIsTheReason(@TempDir Path folder) throws Exception {
        script(folder, "true", "exit 0");
        script(folder, "nice", "exec \"$3\"");
        script(folder, "setpriv", "echo 'setpriv: not here' >&2; exit 1");
        script(folder, "bwrap", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1");
        Tools tools = Tools.in(List.of(folder));
        assertThat(tools.prefix("nice", "-n", "10"))
                .startsWith(folder.resolve("nice").toString());
        assertThat(tools.prefix("setpriv", "--no-new-privs")).isEmpty();
        assertThat(tools.prefix("prlimit")).isEmpty();
        assertThatThrownBy(() -> choose(Isolation.BUBBLEWRAP, tools))
                .hasMessageContaining("bubblewrap failed (bwrap: No permissions to create new namespace)");
        assertThat(choose(Isolation.AUTO, tools).gaps()).extracting(Gap::layer).doesNotContain(Layer.PRIORITY);
    }

    @Test
    void aViewHoldsNothingTwice(@TempDir Path folder) throws Exception {
        Path jar = Files.createFile(Files.createDirectory(folder.resolve("lib")).resolve("a.jar"));
        View view = View.of(List.of(folder, jar, folder.resolve("missing")), List.of());
        assertThat(view.paths()).contains(folder).doesNotContain(jar, folder.resolve("missing"));
        assertThat(view.paths()).doesNotContain(Path.of("/"), Path.of("/etc"), Path.of("/usr"), Path.of("/home"));
    }

    private static Confinement choose(Isolation isolation, Tools tools) {
        SandboxSettings settings = SandboxSettings.defaults().with(isolation);
        return Confinement.choose(settings, WorkerCommand.ofThisApplication(settings), tools);
    }

    private static void script(Path folder, String name, String text) throws Exception {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
