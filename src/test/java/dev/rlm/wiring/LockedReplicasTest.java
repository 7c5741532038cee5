package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LockedReplicasTest {

    @TempDir
    Path folder;

    /** Another process: prints whether a replica may live. */
    static final class Other {
        public static void main(String[] arguments) {
            try (LockedReplicas replicas = new LockedReplicas(Path.of(arguments[0]), "other")) {
                System.out.print(replicas.mayLive(arguments[1]));
            }
        }
    }

    private String another(String replica) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString(),
                        replica)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return told;
    }

    @Test
    void aReplicaThatHasLookedAtItselfStillLivesForOthers() throws Exception {
        try (LockedReplicas replicas = new LockedReplicas(folder, "one")) {
            assertThat(replicas.mayLive("one")).isTrue();
            assertThat(another("one")).isEqualTo("true");
            System.gc();
            assertThat(replicas.mayLive("one")).isTrue();
            assertThat(another("one")).isEqualTo("true");
        }
        assertThat(another("one")).isEqualTo("false");
    }

    @Test
    void whoeverNeverWasIsDeadAndNamesStayInTheFolder() {
        try (LockedReplicas replicas = new LockedReplicas(folder, "one")) {
            assertThat(replicas.mayLive("two")).isFalse();
            assertThat(replicas.mayLive("../../etc/passwd")).isFalse();
        }
    }
}
