package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as the code in a real worker finds and shows them. */
final class ImageCallsTest {

    @TempDir
    private static Path folder;

    private static SandboxPool pool;
    private static List<SandboxDocument> documents;
    private static TestRepl root;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        Path image = Files.write(folder.resolve("image"), new byte[] {1, 2, 3});
        documents = List.of(
                new SandboxDocument("a.png", image, 0, "image/png"),
                TestRepl.document(folder, "b.txt", "some text"),
                new SandboxDocument("c.gif", image, 0, "image/gif"));
        root = new TestRepl(pool.open(documents));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Remembers what was asked with images. */
    private static class Viewer extends StubCalls {
        final List<Prompts> asked = Collections.synchronizedList(new ArrayList<>());
        final List<ChildQuestion> questions = Collections.synchronizedList(new ArrayList<>());
        int levels;

        @Override
        public List<Outcome> query(Prompts prompts) throws InterruptedException {
            asked.add(prompts);
            return query(prompts.texts());
        }

        @Override
        public List<Outcome> ask(List<ChildQuestion> asked) {
            questions.addAll(asked);
            return Collections.nCopies(asked.size(), new Outcome.Reply("seen"));
        }

        @Override
        public int levels() {
            return levels;
        }
    }

    private static String error(String code) throws Exception {
        CellResult result = root.run(code, new Viewer());
        assertThat(result.status()).as(result.output()).isEqualTo(Status.ERROR);
        return String.valueOf(result.error());
    }

    @Test
    void imagesStandInTheContextWithAHeaderOnly() throws Exception {
        assertThat(root.output("[(d.name, len(d), d.image and d.image.media_type) for d in documents]"))
                .isEqualTo("[('a.png', 0, 'image/png'), ('b.txt', 9, None), ('c.gif', 0, 'image/gif')]");
        assertThat(root.output("print(context)"))
                .contains("Document 1 of 3: a.png (an image) =====")
                .contains("some text");
        assertThat(root.output("print(documents[0], documents[2].image)")).doesNotContain("\u0001");
        assertThat(root.output("documents[2]")).isEqualTo("<Document 'c.gif', image/gif>");
        assertThat(root.output("documents[2].image")).isEqualTo("<Image 'c.gif', image/gif>");
    }

    @Test
    void promptsGoWithTheNumbersOfTheirImages() throws Exception {
        Viewer calls = new Viewer();
        CellResult result = root.run("""
                print(llm_query("one", images=[documents[2].image, documents[0]]))
                llm_query("none")
                llm_query_batched(["x", "y", "z"], images=[documents[0], None, [documents[0].image, documents[2].image]])
                llm_query_batched(["p", "q"], images=documents[2].image)
                """, calls);
        assertThat(result.output()).startsWith("echo: one");
        assertThat(calls.asked)
                .extracting(Prompts::images)
                .containsExactly(
                        List.of(List.of(2, 0)),
                        List.of(),
                        List.of(List.of(0), List.of(), List.of(0, 2)),
                        List.of(List.of(2), List.of(2)));
    }

    @Test
    void whatIsNoImageIsRefusedWithWhatToPass() throws Exception {
        assertThat(error("llm_query('x', images=[documents[1]])")).contains("'b.txt' is no image");
        assertThat(error("llm_query('x', images=['a.png'])")).contains("takes images of documents");
        assertThat(error("llm_query('x', images=[documents[0]] * 21)")).contains("more than 20 for one prompt");
        assertThat(error("llm_query_batched(['x', 'y'], images=[documents[0]])"))
                .contains("1 entries for 2 prompts");
        assertThat(error("documents[0].image.name = 'x'")).contains("cannot be changed");
    }

    @Test
    void theSameSubCallWithAnotherImageIsAnotherAndIsFoundAgain() throws Exception {
        Repl.Cell cell = new Repl.Cell(
                1,
                "kept = [llm_query('x', images=[documents[i].image]) for i in (0, 2)] + [llm_query('x')]\nprint(kept)");
        CallRecord record = new CallRecord();
        Viewer live = new Viewer() {
            @Override
            public List<Outcome> query(Prompts prompts) {
                return List.of(new Outcome.Reply("shown " + prompts.images()));
            }
        };
        try (Repl first = pool.open(documents, 3)) {
            CellResult result = first.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, record.recording(live));
            assertThat(result.output()).isEqualTo("['shown [[0]]', 'shown [[2]]', 'shown []']\n");
        }
        AtomicBoolean unknown = new AtomicBoolean();
        try (Repl second = pool.open(documents, 3)) {
            CellResult result = second.run(cell, TestRepl.LIMIT, TestRepl.OUTPUT, record.replaying(unknown));
            assertThat(result.output()).isEqualTo("['shown [[0]]', 'shown [[2]]', 'shown []']\n");
        }
        assertThat(unknown).isFalse();
    }

    @Test
    void aChildHasTheImagesOfItsPart() throws Exception {
        Viewer calls = new Viewer();
        calls.levels = 1;
        assertThat(root.run("print(rlm_query('What?', [documents[2], documents[1]]))", calls)
                        .output())
                .isEqualTo("seen\n");
        ChildQuestion question = calls.questions.getFirst();
        assertThat(question.about().first()).hasSize(2);
        try (Repl child = root.repl.child(question.context(), 1, List.of())) {
            Viewer ofChild = new Viewer();
            CellResult result = child.run(
                    new Repl.Cell(1, "print(documents)\nllm_query('x', images=[d for d in documents if d.image])"),
                    TestRepl.LIMIT,
                    TestRepl.OUTPUT,
                    ofChild);
            assertThat(result.status()).as(result.output()).isEqualTo(Status.OK);
            assertThat(ofChild.asked.getFirst().images())
                    .as("by their numbers in the task's context")
                    .containsExactly(List.of(2));
        }
    }

    @Test
    void whereNoChildCanBeHadTheSubModelSeesTheImages() throws Exception {
        Viewer calls = new Viewer();
        root.run("rlm_query('What?', documents[0])", calls);
        assertThat(calls.asked.getFirst().images()).containsExactly(List.of(0));
    }
}
