package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Citation;
import dev.rlm.sandbox.protocol.Frame.Range;
import dev.rlm.sandbox.worker.ContextText.Document;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ObservationsTest {
    private static final String SECOND = IntStream.rangeClosed(1, 200)
            .mapToObj(i -> "😀 line " + i + " about " + Integer.toHexString(i * 0x9e3779b1))
            .collect(Collectors.joining("\n", "", "\n"));

    private final ContextText whole =
            ContextText.of(List.of(new Document("a.txt", "yes\nno\n"), new Document("b.txt", SECOND)));
    private final TaskContext task = new TaskContext();
    private final Observations observations;

    ObservationsTest() {
        task.open(whole);
        observations = new Observations(task);
    }

    private Citation cite(ContextText text, String quote) {
        int from = text.text().indexOf(quote, text.documents().getFirst().start());
        int start = text.codePoints(from);
        return observations.cite(text, start, start + quote.codePointCount(0, quote.length()));
    }

    private List<Citation> told() {
        return observations.told(1, 1, "").map(Frame.CellObserved::citations).orElse(List.of());
    }

    private static String lines(int first, int last) {
        return SECOND.lines().skip(first - 1).limit(last - first + 1).collect(Collectors.joining("\n"));
    }

    @Test
    void aPassageOfASliceIsCitedByTheLinesOfTheTasksDocument() {
        int start = whole.codePoints(whole.text().indexOf("line 90 ") + 2);
        ContextText slice = whole.slice(new Range(start, whole.codePointCount()));
        assertThat(slice.slice(new Range(50, slice.codePointCount())).text()).isSameAs(whole.text());
        Citation cited = cite(slice, "😀 line 120 ");
        assertThat(cited).isEqualTo(new Citation("b.txt", 120, 120, "😀 line 120 ", false));
        assertThat(told()).containsExactly(cited);
    }

    @Test
    void aPassageOfACopyIsEvidenceWhereTheCopyStandsInTheTasksContext() {
        ContextText copies =
                ContextText.of(List.of(new Document("part 1", lines(50, 80)), new Document("part 2", lines(100, 120))));
        assertThat(cite(copies, "line 60 ")).isEqualTo(new Citation("part 1", 11, 11, "line 60 ", false));
        assertThat(cite(copies, "line 110 ")).isEqualTo(new Citation("part 2", 11, 11, "line 110 ", false));
        cite(copies, lines(79, 80));
        assertThat(told())
                .containsExactly(
                        new Citation("b.txt", 60, 60, "line 60 ", false),
                        new Citation("b.txt", 110, 110, "line 110 ", false),
                        new Citation("b.txt", 79, 80, lines(79, 80), false));
    }

    @Test
    void whatStandsOftenIsEvidenceWhereTheCopyHasIt() {
        ContextText copy = ContextText.of(List.of(new Document("text", lines(150, 160))));
        assertThat(cite(copy, " about ").line()).isEqualTo(1);
        assertThat(told()).extracting(Citation::line).containsExactly(150L);
    }

    @Test
    void ofATextThatIsJoinedFromPiecesThePiecesAreEvidence() {
        ContextText joined = ContextText.of(List.of(
                new Document("text", "Findings:\n" + lines(50, 60) + "\nyes, I think\n" + lines(100, 120) + "\n")));
        cite(joined, "line 55 ");
        cite(joined, "line 110 ");
        cite(joined, "yes");
        cite(joined, "I think");
        assertThat(cite(joined, lines(60, 60) + "\nyes").line()).isEqualTo(12);
        assertThat(told()).extracting(Citation::line).containsExactly(55L, 110L);
    }

    @Test
    void textsThatAreNotTheTasksAreCitedAndAreNoEvidence() {
        ContextText other = ContextText.of(List.of(new Document("b.txt", "yes\nnobody has written this in the task")));
        assertThat(cite(other, "yes")).isEqualTo(new Citation("b.txt", 1, 1, "yes", false));
        assertThat(cite(other, "nobody has written").line()).isEqualTo(2);
        assertThat(observations.told(1, 1, "")).isEqualTo(Optional.empty());
    }

    @Test
    void whatIsAlikeButForWhiteSpaceIsNoEvidence() {
        ContextText other =
                ContextText.of(List.of(new Document("text", lines(50, 60).replace('\n', ' '))));
        cite(other, lines(51, 52).replace('\n', ' '));
        cite(other, lines(53, 53));
        assertThat(told()).extracting(Citation::line).containsExactly(53L);
    }

    @Test
    void aHeaderBetweenDocumentsIsNoEvidence() {
        int end = whole.codePoints(whole.documents().getFirst().start());
        ContextText slice = whole.slice(new Range(0, end));
        assertThat(observations.cite(slice, 0, 5)).isEqualTo(new Citation("slice", 1, 1, "=====", false));
        assertThat(told()).isEmpty();
        assertThatThrownBy(() -> observations.cite(whole, 0, 5)).hasMessageContaining("stands in one document");
    }
}
