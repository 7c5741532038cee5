package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.engine.Writing.Kind;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ReplyListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a root model writes is seen while it writes it, and gone when it has. */
final class DraftTest {

    private static final String REPLY = """
            Let me look at ``it``:
            ```python
            text = '''
            ```
            '''
            x = 1
            ```
            Then we shall see.
            """;

    private final TestClock clock = new TestClock();
    private final Draft draft = new Draft();
    private final List<Writing> seen = new ArrayList<>();

    /** A model that writes its replies in pieces of some characters, and looks after each at what is seen. */
    private final class WritingModel implements LanguageModel {
        private final List<String> replies;
        private final int size;
        private int calls;

        WritingModel(int size, String... replies) {
            this.size = size;
            this.replies = List.of(replies);
        }

        @Override
        public ModelId id() {
            return ModelId.parse("test:writer");
        }

        @Override
        public ModelReply complete(ModelRequest request) {
            return ScriptedModel.text(replies.get(Math.min(calls++, replies.size() - 1)));
        }

        @Override
        public ModelReply complete(ModelRequest request, ReplyListener listener) {
            assertThat(draft.now()).isEmpty();
            ModelReply reply = complete(request);
            for (int start = 0; start < reply.text().length(); start += size) {
                listener.text(reply.text()
                        .substring(start, Math.min(start + size, reply.text().length())));
                seen.add(draft.now().orElseThrow());
            }
            return reply;
        }
    }

    private static Role role(LanguageModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, null, Set.of()));
    }

    private Answer answer(LanguageModel root, Audience audience, InMemoryJournal journal) throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .on("look", calls -> {
                    assertThat(draft.now()).as("between two turns").isEmpty();
                    calls.query(List.of("A sub-call."));
                    return printed("seen");
                })
                .on("end", ended("done"));
        return new RecursiveLanguageModel(role(root), role(root), EngineSettings.DEFAULTS, clock)
                .before(audience)
                .answer(
                        new Question("How many?", List.of(TestContext.LARGE)),
                        repl,
                        journal,
                        new Ledger(new Budget(30, 50, null, Duration.ofMinutes(10)), clock));
    }

    @Test
    void theTurnsOfTheRootModelAreSeenAndNoOtherCalls() throws Exception {
        InMemoryJournal journal = new InMemoryJournal(clock);
        WritingModel root = new WritingModel(5, "First:\n```repl\nlook\n```", "42", "```repl\nend\n```");
        assertThat(answer(root, draft, journal).text()).isEqualTo("done");
        assertThat(draft.now()).isEmpty();
        assertThat(seen.stream().map(Writing::turn).distinct()).containsExactly(1, 2);
        assertThat(seen.getFirst()).isEqualTo(new Writing(1, Kind.TEXT, 5, "First"));
        assertThat(seen.getLast()).isEqualTo(new Writing(2, Kind.CODE, 15, "end\n"));
    }

    @Test
    void theRecordIsTheSameWhetherSomebodyWatchesOrNot() throws Exception {
        String[] replies = {"First:\n```repl\nlook\n```", "42", "```repl\nend\n```"};
        InMemoryJournal watched = new InMemoryJournal(clock);
        answer(new WritingModel(5, replies), draft, watched);
        InMemoryJournal alone = new InMemoryJournal(clock);
        answer(new WritingModel(5, replies), Audience.NOBODY, alone);
        assertThat(events(watched)).isEqualTo(events(alone));
        seen.clear();
        answer(new WritingModel(5, "never asked"), draft, watched);
        assertThat(seen).as("what is recorded is not written again").isEmpty();
    }

    private static List<TaskEvent> events(InMemoryJournal journal) {
        return journal.entriesAfter(0).stream().map(Entry::event).toList();
    }

    @Test
    void aDirectAnswerIsSeenToo() throws Exception {
        Answer answer = new DirectAnswer(role(new WritingModel(2, "4711")), EngineSettings.DEFAULTS, draft, clock)
                .answer(
                        new Question("What is the port?", List.of(TestContext.LARGE)),
                        () -> "The port is 4711.",
                        new InMemoryJournal(clock),
                        new Ledger(new Budget(30, 50, null, Duration.ofMinutes(10)), clock));
        assertThat(answer.text()).isEqualTo("4711");
        assertThat(seen).containsExactly(new Writing(0, Kind.TEXT, 2, "47"), new Writing(0, Kind.TEXT, 4, "4711"));
        assertThat(draft.now()).isEmpty();
    }

    @Test
    void aReplyThatFailsIsGone() {
        LanguageModel failing = new LanguageModel() {
            @Override
            public ModelId id() {
                return ModelId.parse("test:failing");
            }

            @Override
            public ModelReply complete(ModelRequest request) {
                throw new AssertionError("Nobody asks like this.");
            }

            @Override
            public ModelReply complete(ModelRequest request, ReplyListener listener) throws ModelException {
                listener.text("Hel");
                assertThat(draft.now()).contains(new Writing(3, Kind.TEXT, 3, "Hel"));
                throw new ModelException(ModelException.Kind.REFUSED, "No.");
            }
        };
        ModelRequest request = ModelRequest.prompt("Hi", clock.instant());
        assertThatThrownBy(() -> draft.complete(failing, request, 3)).hasMessage("No.");
        assertThat(draft.now()).isEmpty();
    }

    private static Writing after(DraftedReply reply) {
        return reply.now().orElseThrow();
    }

    @Test
    void codeIsToldFromTextByItsFences() {
        DraftedReply reply = new DraftedReply(1);
        reply.text("Let me look");
        assertThat(after(reply).kind()).isEqualTo(Kind.TEXT);
        reply.text(":\n``");
        assertThat(after(reply).end()).as("it may become a fence").isEqualTo("Let me look:\n");
        reply.text("`python\n");
        assertThat(after(reply)).isEqualTo(new Writing(1, Kind.TEXT, 23, "Let me look:\n"));
        reply.text("x = '''\n```\n");
        assertThat(after(reply).end()).as("in a string there is no fence").isEqualTo("x = '''\n```\n");
        assertThat(after(reply).kind()).isEqualTo(Kind.CODE);
        reply.text("'''\n```\nSo ");
        assertThat(after(reply)).isEqualTo(new Writing(1, Kind.TEXT, 46, "So "));
    }

    @Property(tries = 60)
    void howAReplyIsCutIntoPiecesMakesNoDifference(@ForAll @IntRange(min = 1, max = 130) int size) {
        DraftedReply reply = new DraftedReply(1);
        for (int start = 0; start < REPLY.length(); start += size) {
            reply.text(REPLY.substring(start, Math.min(start + size, REPLY.length())));
        }
        assertThat(after(reply)).isEqualTo(new Writing(1, Kind.TEXT, REPLY.length(), "Then we shall see.\n"));
    }

    @Test
    void theCodeOfAToolCallIsShownAsTheModelMeansIt() {
        String arguments = "{ \"code\" : \"print(\\\"\\u00e4\\\\n\\\")\\n\\tx\" , \"n\": 1}";
        for (int size = 1; size <= arguments.length(); size++) {
            DraftedReply reply = new DraftedReply(1);
            reply.text("I look.");
            reply.toolCall("python");
            for (int start = 0; start < arguments.length(); start += size) {
                reply.arguments(arguments.substring(start, Math.min(start + size, arguments.length())));
            }
            assertThat(after(reply))
                    .isEqualTo(new Writing(1, Kind.CODE, 7 + arguments.length(), "print(\"ä\\n\")\n\tx"));
        }
    }

    @Test
    void onlyTheEndIsShownAndNothingThatSteersATerminal() {
        DraftedReply reply = new DraftedReply(1);
        reply.text("x".repeat(10_000) + "\u001b[31mred\u202e" + "y".repeat(Writing.MOST_CHARACTERS - 10));
        assertThat(after(reply).end())
                .hasSize(Writing.MOST_CHARACTERS)
                .startsWith("x␛[31mred\ufffdy")
                .endsWith("y");
        assertThat(after(reply).characters()).isEqualTo(10_000 + 9 + 490);
        reply.text("\ud83d\ude00".repeat(300) + "z");
        assertThat(after(reply).end()).isEqualTo("\ud83d\ude00".repeat(249) + "z");
    }

    @Test
    void whatIsWithdrawnIsForgotten() {
        DraftedReply reply = new DraftedReply(2);
        assertThat(reply.now()).isEmpty();
        reply.text("```python\nx = 1\n");
        reply.withdrawn();
        assertThat(reply.now()).isEqualTo(Optional.empty());
        reply.text("Anew");
        assertThat(after(reply)).isEqualTo(new Writing(2, Kind.TEXT, 4, "Anew"));
    }
}
