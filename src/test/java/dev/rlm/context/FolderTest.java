package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
    @TempDir
    Path temporary;

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
    }

    @Test
    void documentsAreSortedByPath() throws Exception {
        for (String name : List.of("b.txt", "a/z.txt", "a.txt", "a/b/c.txt", "B.txt", "a-b.txt")) {
            bench.write(name, name);
        }
        Context context = bench.load(bench.inputs);
        assertThat(bench.names(context)).containsExactly("B.txt", "a-b.txt", "a.txt", "a/b/c.txt", "a/z.txt", "b.txt");
        assertThat(bench.text(context, "a/b/c.txt")).isEqualTo("a/b/c.txt");
    }

    @Test
    void gitignoreIsHonoured() throws Exception {
        bench.write(".git/HEAD", "ref: refs/heads/main");
        bench.write(".git/info/exclude", "local.txt\n");
        bench.write(".gitignore", "# comment\n*.log\n!keep.log\n/build/\nnode_modules\nout/**\n\\#odd\n");
        bench.write("keep.log", "1");
        bench.write("drop.log", "1");
        bench.write("build/a.txt", "1");
        bench.write("sub/build/a.txt", "1");
        bench.write("sub/node_modules/x/a.txt", "1");
        bench.write("sub/.gitignore", "!special.log\nsecret.*\n");
        bench.write("sub/special.log", "1");
        bench.write("sub/other.log", "1");
        bench.write("sub/secret.txt", "1");
        bench.write("out/deep/a.txt", "1");
        bench.write("local.txt", "1");
        bench.write("#odd", "1");
        Context context = bench.load(bench.inputs);
        assertThat(bench.names(context))
                .containsExactly(".gitignore", "keep.log", "sub/.gitignore", "sub/build/a.txt", "sub/special.log");
    }

    @Test
    void aFolderWithinAWorkTreeObeysTheRulesAboveIt() throws Exception {
        bench.write("repo/.git/HEAD", "x");
        bench.write("repo/.gitignore", "*.class\ngenerated/\n");
        bench.write("repo/src/A.class", "1");
        bench.write("repo/src/A.java", "1");
        bench.write("repo/generated/B.java", "1");
        assertThat(bench.names(bench.load(bench.inputs.resolve("repo/src")))).containsExactly("A.java");
        assertThat(bench.names(bench.load(bench.inputs.resolve("repo/generated"))))
                .containsExactly("B.java");
    }

    @Test
    void ignoreFilesThatAreHostileDoNoHarm() throws Exception {
        bench.write(".gitignore", "*a*a*a*a*a*a*a*a*a*a*b\n[\n[z-a]\n\\\n***\u0000\nx.txt\n");
        bench.write("a".repeat(200) + ".txt", "1");
        bench.write("x.txt", "1");
        bench.write("sub/.gitignore", new byte[] {(byte) 0xFF, 0, (byte) 0xFE, '\n'});
        Files.createSymbolicLink(bench.inputs.resolve("linked"), Path.of("sub"));
        Files.createDirectories(bench.inputs.resolve("other/.gitignore"));
        bench.write("other/a.txt", "1");
        assertThat(bench.names(bench.load(bench.inputs)))
                .contains("a".repeat(200) + ".txt", "other/a.txt")
                .doesNotContain("x.txt");
    }

    @Test
    void whatIsNoTextIsLeftOutAndToldOf() throws Exception {
        bench.write("a.txt", "text");
        bench.write("empty.txt", "");
        bench.write("image.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 1});
        bench.write("lib.zip", "PK\3\4....".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new ProcessBuilder("mkfifo", bench.inputs.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        Context context = bench.load(bench.inputs);
        assertThat(bench.names(context)).containsExactly("a.txt", "empty.txt");
        assertThat(context.skipped())
                .containsExactly(
                        "image.png is left out: it is binary.",
                        "lib.zip is left out: it is an archive.",
                        "pipe is left out: it is not a regular file.");
    }

    @Test
    void moreThanAHundredLeftOutAreCounted() throws Exception {
        bench.write("a.txt", "text");
        for (int i = 0; i < 130; i++) {
            bench.write("b" + i, new byte[] {0, 1});
        }
        Context context = bench.load(bench.inputs);
        assertThat(context.skipped()).hasSize(101).last().isEqualTo("30 more are left out.");
    }

    @Test
    void linksDoNotLeadOutOrInCircles() throws Exception {
        Path outside = Files.createDirectories(temporary.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        bench.write("project/a.txt", "a");
        bench.write("project/deep/b.txt", "b");
        bench.write("shared.txt", "shared");
        Path project = bench.inputs.resolve("project");
        Files.createSymbolicLink(project.resolve("circle"), Path.of("."));
        Files.createSymbolicLink(project.resolve("deep/up"), Path.of(".."));
        Files.createSymbolicLink(project.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(project.resolve("escape"), outside);
        Files.createSymbolicLink(project.resolve("escape.txt"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(project.resolve("dangling"), outside.resolve("nothing"));
        Files.createSymbolicLink(project.resolve("inside"), Path.of("a.txt"));
        Files.createSymbolicLink(project.resolve("once"), Path.of("../shared.txt"));
        Files.createSymbolicLink(project.resolve("twice"), Path.of("../shared.txt"));

        Context context = bench.load(project);

        assertThat(bench.names(context)).containsExactly("a.txt", "deep/b.txt", "once");
        assertThat(bench.text(context, "once")).isEqualTo("shared");
        String nothing = " is left out: it is a link that leads to nothing that may be loaded.";
        assertThat(context.skipped())
                .contains("escape" + nothing, "escape.txt" + nothing, "dangling" + nothing, "self" + nothing)
                .hasSize(8);
    }

    @Test
    void aLinkToAFolderMayBeNamedIfItStaysInside() throws Exception {
        bench.write("real/a.txt", "a");
        Path link = Files.createSymbolicLink(bench.inputs.resolve("link"), Path.of("real"));
        assertThat(bench.names(bench.load(link))).containsExactly("a.txt");
    }

    @Test
    void tenThousandSmallFilesLoad() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            Path folder = bench.inputs.resolve("many/" + i % 100);
            if (i < 100) {
                Files.createDirectories(folder);
            }
            Files.writeString(folder.resolve(i + ".txt"), "file " + i);
        }
        Context context = bench.load(bench.inputs.resolve("many"));
        assertThat(context.documents()).hasSize(10_000);
        assertThat(bench.text(context, "42/4242.txt")).isEqualTo("file 4242");
    }

    @Test
    void deepFoldersLoad() throws Exception {
        Path folder = bench.inputs;
        for (int i = 0; i < 400; i++) {
            folder = folder.resolve("d");
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("a.txt"), "deep");
        Context context = bench.load(bench.inputs);
        assertThat(bench.names(context)).containsExactly("d/".repeat(400) + "a.txt");
    }

    @Test
    void oddNamesAreShownHarmlessly() throws Exception {
        bench.write("line\nbreak.txt", "1");
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", "printf x > \"$(printf 'bad\\377name')\"");
        assertThat(shell.directory(bench.inputs.toFile()).start().waitFor()).isZero();
        Context context = bench.load(bench.inputs);
        assertThat(context.documents()).hasSize(2);
        assertThat(bench.names(context).toString()).doesNotContain("\n").contains("line\uFFFDbreak.txt");
    }

    @Test
    void aFolderWithoutTextIsRefused() throws Exception {
        Files.createDirectories(bench.inputs.resolve("empty"));
        assertThatThrownBy(() -> bench.load(bench.inputs.resolve("empty"))).hasMessageContaining("There is no text");
        bench.write("empty/x", new byte[] {0, 1});
        assertThatThrownBy(() -> bench.load(bench.inputs.resolve("empty")))
                .hasMessageContaining("x is left out: it is binary.");
    }

    @Test
    void tooManyFilesAreRefused() throws Exception {
        for (int i = 0; i < 5; i++) {
            bench.write("f" + i, "x");
        }
        Source folder = new Source.OnDisk(bench.inputs.toString());
        assertThatThrownBy(() -> bench.loader(new ContextLimits(100, 4, 100, 100, 9, Long.MAX_VALUE))
                        .load(null, List.of(folder)))
                .hasMessageContaining("4 documents");
        assertThatThrownBy(() -> bench.loader(new ContextLimits(100, 4, 3, 100, 9, Long.MAX_VALUE))
                        .load(null, List.of(folder)))
                .hasMessageContaining("more than 3 files and folders");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void filesThatComeAndGoDuringTheLoadAreNoError() throws Exception {
        bench.write("stable.txt", "stable");
        Thread churn = Thread.ofPlatform().start(() -> {
            for (int i = 0; !Thread.interrupted(); i++) {
                try {
                    Path file = bench.write("churn/" + i % 50, "x".repeat(i % 5_000));
                    if (i % 3 == 0) {
                        Files.deleteIfExists(file);
                    }
                } catch (java.io.IOException e) {
                    return;
                }
            }
        });
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(bench.names(bench.load(bench.inputs))).contains("stable.txt");
            }
        } finally {
            churn.interrupt();
            churn.join();
        }
    }
}
