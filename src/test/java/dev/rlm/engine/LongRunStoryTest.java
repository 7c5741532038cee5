package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.sandbox.SandboxPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What only shows in a run of several turns in a real sandbox. */
@Tag("slow")
final class LongRunStoryTest {

    private static final int LINES = 200;
    private static final Pattern NUMBERED = Pattern.compile("^\\[(\\d+)] line (\\d+)$", Pattern.MULTILINE);
    private static final Pattern SINGLE = Pattern.compile("^line (\\d+)$", Pattern.MULTILINE);

    @AutoClose
    private static final SandboxPool SANDBOX = Story.sandbox();

    private static String lines() {
        return IntStream.rangeClosed(1, LINES).mapToObj(line -> "line " + line).collect(Collectors.joining("\n"));
    }

    /** Doubles the numbers of lines, but overlooks line 42 among others, and has no reply to line 137. */
    private static String doubled(String prompt) {
        List<MatchResult> items = NUMBERED.matcher(prompt).results().toList();
        if (items.isEmpty()) {
            int line = Integer.parseInt(single(prompt));
            return line == 137 ? "" : String.valueOf(2 * line);
        }
        return items.stream()
                .filter(item -> !List.of("42", "137").contains(item.group(2)))
                .map(item ->
                        "{\"id\": %s, \"value\": %d}".formatted(item.group(1), 2 * Integer.parseInt(item.group(2))))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String single(String prompt) {
        return SINGLE.matcher(prompt)
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElse("");
    }

    @Test
    void manySmallItemsShareFewPromptsAndWhatIsMissingIsAskedAgainAndThenNamed() throws Exception {
        Story story = Story.over("a.txt", lines())
                .asking("What are the numbers, doubled?")
                .root(
                        "doubled = llm_map(context.splitlines(), 'Double the number of the line.', int)",
                        "FINAL([None if isinstance(each, SubCallFailure) else each for each in doubled])")
                .sub(LongRunStoryTest::doubled);
        Told told = story.play(SANDBOX);
        assertThat(told.answer().json())
                .isEqualTo(IntStream.rangeClosed(1, LINES)
                        .mapToObj(line -> line == 137 ? "null" : String.valueOf(2 * line))
                        .collect(Collectors.joining(", ", "[", "]")));
        assertThat(told.seenAfter(1)).contains("llm_map: 1 of 200 items have no result, at the positions 136.");
        assertThat(told.prompts())
                .filteredOn(prompt -> NUMBERED.matcher(prompt).find())
                .hasSize(2);
        assertThat(told.prompts().stream()
                        .filter(prompt -> !NUMBERED.matcher(prompt).find())
                        .map(LongRunStoryTest::single))
                .containsExactlyInAnyOrder("42", "137", "137");
        assertThat(told.ledger().spent().subCalls()).isEqualTo(2 + 3);

        Told again = story.cutAfter(SubCallEnded.class).play(SANDBOX);
        assertThat(again.answer()).isEqualTo(told.answer());
        assertThat(again.prompts()).as("one of the calls is recorded").hasSize(2 + 3 - 1);
    }

    @Test
    void whatWasPublishedLastIsTheAnswerOfARunThatComesToItsLastTurn() throws Exception {
        Told told = Story.over("a.txt", "text")
                .within(new Budget(2, 5, null, Duration.ofHours(1)))
                .root("""
                        found = [llm_query("one")]
                        publish(found)
                        found.append(llm_query("two"))
                        publish(found)
                        """, """
                        found.append("not published")
                        final_answer = "a better name"
                        """)
                .sub(prompt -> "re " + prompt)
                .play(SANDBOX);
        assertThat(told.answer().status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(told.answer().json()).isEqualTo("[\"re one\", \"re two\"]");
        assertThat(told.answer().reason()).isEqualTo("The limit of 2 turns is reached.");
        assertThat(told.root().requests).as("nobody is asked what to take").hasSize(2);
    }

    @Test
    void afterACompactionTheVariablesAreThereAndHistoryHasTheOlderTurns() throws Exception {
        List<String> cells = new ArrayList<>();
        cells.add("numbers = [int(word) for word in context.split()]\nprint('The first:', numbers[0] + 1)");
        for (int i = 0; i < 8; i++) {
            cells.add("print('look %d. ' * 600)".formatted(i));
        }
        cells.add("print(history[0]['cells'][0]['output'], len(history))");
        cells.add("FINAL([sum(numbers), [turn['turn'] for turn in history]])");
        Story story = Story.over("a.txt", "4711 1 2 3")
                .window(16_000)
                .within(new Budget(20, 5, null, Duration.ofHours(1)))
                .root(cells.toArray(String[]::new))
                .summingUp("I have looked around.");
        Told whole = story.play(SANDBOX);
        assertThat(whole.readIn(10))
                .contains("I have looked around.", "- numbers: list of 4")
                .doesNotContain("The first: 4712");
        assertThat(whole.seenAfter(10)).contains("The first: 4712\n 9\n");
        assertThat(whole.answer().json()).isEqualTo("[4717, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]");

        int turn = whole.events(Compacted.class).getFirst().turn();
        Told again = story.cutAfter(Compacted.class).play(SANDBOX);
        assertThat(again.answer()).isEqualTo(whole.answer());
        assertThat(again.readIn(turn)).isEqualTo(whole.readIn(turn));
        assertThat(again.ledger().spent()).isEqualTo(whole.ledger().spent());
    }

    @Test
    void aRunThatIsCutOffWithinABatchAsksOnlyForWhatIsMissing() throws Exception {
        Story story = Story.over("a.txt", lines()).root("""
                        import random
                        drawn = random.sample(context.splitlines(), 6)
                        first = llm_query("first " + drawn[0])
                        """, """
                        replies = llm_query_batched([f"{line} and {random.random()}" for line in drawn])
                        """, """
                        FINAL([first, *replies])
                        """).sub(prompt -> "re " + prompt);
        Told whole = story.play(SANDBOX);
        Told again = story.cutAfter(event -> event instanceof SubCallEnded call && call.cell() == 2)
                .play(SANDBOX);
        String recorded = again.events(SubCallEnded.class).get(1).promptStart();
        List<String> missing = new ArrayList<>(whole.prompts());
        missing.removeFirst();
        assertThat(missing.remove(recorded)).isTrue();
        assertThat(again.prompts()).hasSize(5).containsExactlyInAnyOrderElementsOf(missing);
        assertThat(again.answer()).isEqualTo(whole.answer());
        assertThat(again.answer().reason()).isNull();
        assertThat(again.ledger().spent()).isEqualTo(whole.ledger().spent());
    }

    @Test
    void aFollowUpQuestionHasTheVariablesAndTurnsOfTheOneBefore() throws Exception {
        Story story = Story.over("a.txt", lines()).asking("How many lines?").root("""
                        lines = context.splitlines()
                        longest = lambda: max(lines, key=len)
                        FINAL(len(lines))
                        """);
        assertThat(story.play(SANDBOX).answer().text()).isEqualTo("200");
        story.thenAsking("Which is the longest?").root("print(longest())", "FINAL([longest(), len(history)])");
        Told after = story.play(SANDBOX);
        assertThat(after.readIn(1))
                .contains("Question:\nHow many lines?", "<answer>\n200\n</answer>")
                .contains("Follow-up question:\nWhich is the longest?");
        assertThat(after.answer().json()).isEqualTo("[\"line 100\", 2]");
        Told again = story.cutAfter(CellEnded.class).play(SANDBOX);
        assertThat(again.answer()).isEqualTo(after.answer());
        assertThat(again.root().requests).hasSize(1);
    }

    @Test
    void whatAnsweredTheQuestionBeforeIsNoAnswerToAFollowUpThatIsStopped() throws Exception {
        Story story = Story.over("a.txt", "text")
                .within(new Budget(1, 5, null, Duration.ofHours(1)))
                .root("""
                        final_answer = answer["content"] = "that of the first question"
                        answer["ready"] = True
                        """);
        assertThat(story.play(SANDBOX).answer().text()).isEqualTo("that of the first question");
        Told nothing = story.thenAsking("And then?").root("print(len(context))").play(SANDBOX);
        assertThat(nothing.answer().status()).isEqualTo(Answer.Status.FAILED);
        Told something = story.thenAsking("And now?").root("guess = 'another'").play(SANDBOX);
        assertThat(something.answer().status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(something.answer().text()).isEqualTo("another");
        Told content =
                story.thenAsking("So?").root("answer['content'] = 'mine'").play(SANDBOX);
        assertThat(content.answer().text()).isEqualTo("mine");
    }
}
