package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextRootsTest {
    @TempDir
    Path temporary;

    private Path root;
    private Path outside;
    private ContextRoots roots;

    @BeforeEach
    void make() throws Exception {
        root = Files.createDirectories(temporary.toRealPath().resolve("root"));
        outside = Files.createDirectories(temporary.toRealPath().resolve("root-but-outside"));
        Files.writeString(root.resolve("a.txt"), "a");
        Files.writeString(outside.resolve("secret.txt"), "secret");
        roots = ContextRoots.of(List.of(root));
    }

    @Test
    void whatLiesBelowARootIsResolved() throws Exception {
        assertThat(roots.resolve(root + "/x/../a.txt".replace("x/../", ""))).isEqualTo(root.resolve("a.txt"));
        assertThat(roots.resolve(root.toString())).isEqualTo(root);
        assertThat(roots.resolve(outside + "/../root/a.txt")).isEqualTo(root.resolve("a.txt"));
    }

    @Test
    void nothingLeadsOutOfTheRoots() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), outside);
        for (String path : List.of(
                outside + "/secret.txt",
                root + "/../root-but-outside/secret.txt",
                root + "/link/secret.txt",
                root + "/link",
                "/etc/passwd",
                "/",
                root + "/..")) {
            assertThatThrownBy(() -> roots.resolve(path))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining("rlm.context.roots");
        }
    }

    @Test
    void theSentenceDoesNotTellWhetherAPathOutsideExists() throws Exception {
        Files.createSymbolicLink(root.resolve("to-something"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("to-nothing"), outside.resolve("nothing.txt"));
        assertThat(refusal(outside + "/secret.txt").replace("secret", "*"))
                .isEqualTo(refusal(outside + "/nothing.txt").replace("nothing", "*"));
        assertThat(refusal(root + "/to-something").replace("something", "*"))
                .isEqualTo(refusal(root + "/to-nothing").replace("nothing", "*"));
        assertThat(refusal(root + "/to-something/x").replace("something", "*"))
                .isEqualTo(refusal(root + "/to-nothing/x").replace("nothing", "*"));
    }

    @Test
    void aMisspeltPathInsideIsToldOf() {
        assertThat(refusal(root + "/b.txt")).contains("There is no file or folder");
    }

    @Test
    void withoutRootsNoPathIsLoaded() {
        assertThatThrownBy(() -> ContextRoots.none().resolve(root.toString()))
                .hasMessageContaining("rlm.context.roots")
                .hasMessageContaining("give the text itself");
    }

    @Test
    void pathsThatAreNoneAreRefused() {
        assertThat(refusal("a\0b")).contains("characters that no path can have");
        assertThat(refusal("x".repeat(100_000))).hasSizeLessThan(2_000);
        assertThat(refusal(root + "/a.txt/b")).contains("There is no file or folder");
    }

    @Test
    void rootsMustBeFolders() {
        assertThatThrownBy(() -> ContextRoots.of(List.of(root.resolve("gone")))).hasMessageContaining("it is gone");
        assertThatThrownBy(() -> ContextRoots.of(List.of(root.resolve("a.txt"))))
                .hasMessageContaining("no folder");
    }

    private String refusal(String path) {
        try {
            throw new AssertionError("resolved to " + roots.resolve(path));
        } catch (ContextException e) {
            return e.getMessage();
        }
    }
}
