package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Conversations that come near the window: older turns give way to a summary, and the run goes on. */
final class CompactionTest {

    private static final int TURNS = 12;

    private final LongRun run = new LongRun();
    private int outputCharacters = 6_000;
    private boolean summaryFails;
    private boolean windowIsSmaller;

    /** Looks a dozen times, then ends. It knows by the number of its cells what turn it is in. */
    private final ScriptedModel root = new ScriptedModel("test:root", this::reply);

    private ModelReply reply(int call, ModelRequest request) throws ModelException {
        long tokens = tokens(request);
        if (isSummary(request)) {
            if (summaryFails) {
                throw new ModelException(ModelException.Kind.UNAVAILABLE, "It is away.");
            }
            return reply("The sum of the first parts is 4711, in `total`.", tokens);
        }
        if (windowIsSmaller && tokens > 5_000) {
            throw new ModelException(ModelException.Kind.TOO_LARGE, "That is too long.");
        }
        String last = all(List.of(request.messages().getLast()));
        int turn = Integer.parseInt(last.replaceAll("(?s).*Turn (\\d+) of .*", "$1"));
        return reply("```repl\n" + (turn > TURNS ? "end" : "look " + turn) + "\n```", tokens);
    }

    private static ModelReply reply(String text, long tokens) {
        return new ModelReply(text, List.of(), new Usage(tokens, 20, 0, 0), ModelReply.StopReason.COMPLETE);
    }

    private static boolean isSummary(ModelRequest request) {
        return request.system().contains("will be replaced by a summary");
    }

    private static String all(List<Message> messages) {
        return messages.stream().map(String::valueOf).collect(Collectors.joining("\n"));
    }

    private static long tokens(ModelRequest request) {
        return TokenEstimate.of(request.system() + all(request.messages()));
    }

    private Answer answer() throws InterruptedException {
        run.window = 16_000;
        run.budget = new Budget(30, 5, null, Duration.ofMinutes(10));
        IntStream.rangeClosed(1, TURNS).forEach(turn -> run.repl.on("look " + turn, printed(output(turn))));
        run.repl.on("end", ended("4711"));
        return run.answer(root);
    }

    private String output(int turn) {
        return "part %d has %d. ".formatted(turn, turn * 37).repeat(outputCharacters / 15);
    }

    private List<ModelRequest> turns() {
        return root.requests.stream().filter(request -> !isSummary(request)).toList();
    }

    @Test
    void olderTurnsGiveWayToASummaryAndTheRestStaysAsItWas() throws Exception {
        run.variable("total", "4711");
        assertThat(answer().text()).isEqualTo("4711");
        assertThat(run.count(Compacted.class)).isPositive();
        assertThat(run.count(RootReplied.class)).isEqualTo(TURNS + 1);
        assertThat(turns()).allSatisfy(request -> assertThat(tokens(request)).isLessThan(16_000));
        ModelRequest last = turns().getLast();
        String first = ((Message.User) last.messages().getFirst()).text();
        assertThat(first)
                .startsWith(((Message.User) turns().getFirst().messages().getFirst()).text())
                .contains(
                        "were replaced by this summary",
                        "<summary>\nThe sum of the first parts is 4711, in `total`.\n</summary>",
                        "- total: dict of 1 = 4711");
        assertThat(all(last.messages()))
                .contains(output(TURNS), "look " + TURNS)
                .doesNotContain("look 1\n");
        for (int i = 0; i < last.messages().size(); i++) {
            assertThat(last.messages().get(i) instanceof Message.Assistant).isEqualTo(i % 2 == 1);
        }
    }

    @Test
    void betweenCompactionsTheConversationOnlyGrows() throws Exception {
        answer();
        int anew = 0;
        for (int i = 1; i < turns().size(); i++) {
            List<Message> before = turns().get(i - 1).messages();
            List<Message> now = turns().get(i).messages();
            boolean grows =
                    now.size() > before.size() && now.subList(0, before.size()).equals(before);
            anew += grows ? 0 : 1;
        }
        assertThat(anew).isEqualTo((int) run.count(Compacted.class)).isLessThan(TURNS / 2);
    }

    @Test
    void theSummaryIsWrittenFromAllThatIsLeftOutAndPaidForWithoutATurn() throws Exception {
        answer();
        List<ModelRequest> summaries =
                root.requests.stream().filter(CompactionTest::isSummary).toList();
        assertThat(all(summaries.getFirst().messages())).contains("How many?", "look 1", "part 1 has 37.");
        assertThat(all(summaries.getLast().messages()))
                .as("a later one has the summary before it")
                .contains("The sum of the first parts is 4711");
        assertThat(summaries).allSatisfy(request -> assertThat(tokens(request)).isLessThan(16_000));
        assertThat(run.ledger.spent().turns()).isEqualTo(TURNS + 1);
        assertThat(run.ledger.spent().total().inputTokens())
                .isEqualTo(
                        root.requests.stream().mapToLong(CompactionTest::tokens).sum());
        assertThat(RunHistory.of(run.journal, 20_000, 0).spending()).isEqualTo(run.ledger.spent());
    }

    @Test
    void aSummaryThatCannotBeHadIsMadeOfTheTurnsThemselves() throws Exception {
        summaryFails = true;
        assertThat(answer().text()).isEqualTo("4711");
        assertThat(all(turns().getLast().messages())).contains("The turns, shortened:\n", "look 1\n");
    }

    @Test
    void hugeOutputsAreCutInTheirMiddle() throws Exception {
        outputCharacters = 120_000;
        assertThat(answer().text()).isEqualTo("4711");
        assertThat(turns()).allSatisfy(request -> assertThat(tokens(request)).isLessThan(16_000));
        assertThat(all(turns().getLast().messages())).contains("characters left out ...]", "Turn 13 of 30");
    }

    @Test
    void aConversationThatTheProviderCallsTooLongIsCompactedAndAskedOnceMore() throws Exception {
        windowIsSmaller = true;
        assertThat(answer().text()).isEqualTo("4711");
        assertThat(run.journal.entriesAfter(0).stream().map(entry -> String.valueOf(entry.key())))
                .anyMatch(key -> key.endsWith("/again"));
    }

    @Test
    void aFirstMessageThatIsTooLongEndsTheRun() throws Exception {
        ScriptedModel small = new ScriptedModel("test:root", (call, request) -> {
            throw new ModelException(ModelException.Kind.TOO_LARGE, "That is too long.");
        });
        Answer answer = run.answer(small);
        assertThat(answer.status()).isEqualTo(Answer.Status.FAILED);
        assertThat(answer.reason()).startsWith("The root model could not be asked: That is too long.");
        assertThat(small.requests).hasSize(1);
    }

    @Test
    void aRunThatIsCutOffAnywhereHasTheSameConversationAndAsksNothingTwice() throws Exception {
        for (boolean smaller : List.of(false, true)) {
            windowIsSmaller = smaller;
            run.journal = new LongRun().journal;
            root.requests.clear();
            Answer whole = answer();
            List<Entry> entries = run.journal.entriesAfter(0);
            List<Message> end = turns().getLast().messages();
            for (int kept = 0; kept < entries.size() - 3; kept++) {
                root.requests.clear();
                run.cut(entries, kept);
                assertThat(answer()).isEqualTo(whole);
                assertThat(turns().getLast().messages())
                        .as("after %d of %d entries", kept, entries.size())
                        .isEqualTo(end);
                List<Entry> again = run.journal.entriesAfter(0);
                assertThat(again.stream().map(Entry::key))
                        .isEqualTo(entries.stream().map(Entry::key).toList());
                long replied = entries.subList(0, kept).stream()
                        .filter(entry -> entry.event() instanceof RootReplied)
                        .count();
                assertThat(root.requests.stream()
                                .filter(request -> !isSummary(request) && tokens(request) <= 5_000)
                                .count())
                        .isLessThanOrEqualTo(TURNS + 1 - replied);
            }
        }
    }

    @Test
    void aRunThatFitsIsNotCompacted() throws Exception {
        outputCharacters = 150;
        answer();
        assertThat(run.count(Compacted.class)).isZero();
        assertThat(turns().getLast().messages()).hasSize(2 * TURNS + 1);
    }
}
