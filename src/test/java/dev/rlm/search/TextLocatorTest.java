package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.search.TextLocator.Place;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextLocatorTest {

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "Entry " + i + " says " + Integer.toHexString(i * 0x9e3779b1) + " about " + i % 7)
                .collect(Collectors.joining("\n"));
    }

    private static List<Place> places(String text, String prompt) {
        return new TextLocator(text).locate(prompt, 100).places();
    }

    @Test
    void aPromptThatIsTheWholeTextHoldsAllOfIt() {
        String text = lines(1_000);
        assertThat(places(text, "Summarise:\n" + text)).containsExactly(new Place(0, text.length()));
    }

    @Test
    void equalChunksCoverTheTextWithoutAGap() {
        String text = lines(2_000);
        TextLocator locator = new TextLocator(text);
        int place = 0;
        for (int start = 0; start < text.length(); start += 777) {
            int end = Math.min(text.length(), start + 777);
            List<Place> found = locator.locate("Read this.\n\n" + text.substring(start, end), 100)
                    .places();
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().start()).isLessThanOrEqualTo(place);
            place = found.getFirst().end();
        }
        assertThat(place).isEqualTo(text.length());
    }

    @Test
    void textOfOthersHoldsNothing() {
        assertThat(places(
                        lines(500),
                        "Nobody has written this sentence into the text that is searched here, in any line."))
                .isEmpty();
        assertThat(places("", "anything at all, however long it may be")).isEmpty();
        assertThat(places(lines(5), "")).isEmpty();
    }

    @Test
    void whatFollowsTheLastPartIsPreferredAmongCopies() {
        String copy = lines(40) + "\n";
        String text = copy + copy + copy;
        TextLocator locator = new TextLocator(text);
        int place = 0;
        for (int i = 0; i < 3; i++) {
            List<Place> found = locator.locate("Part: " + copy, 100).places();
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().start())
                    .as("the line break before counts with it")
                    .isBetween(Math.max(0, place - 1), place);
            place = found.getFirst().end();
        }
        assertThat(place).isEqualTo(text.length());
    }

    @Test
    void aShortLineIsFoundIfTheTextHasItOnce() {
        String text = "user 17: yes\nuser 18: no!\nuser 19: yes\nthe same\nthe same\n";
        assertThat(places(text, "Is this right?\n  user 18: no!\nthe same\n"))
                .containsExactly(new Place("user 17: yes".length(), text.indexOf("user 19")));
    }

    @Test
    void onlyTheLongestPartsAreToldIfThereAreTooMany() {
        String text = lines(400);
        String prompt = text.substring(0, 50) + "#" + text.substring(5_000, 6_000) + "#" + text.substring(3_000, 3_060);
        TextLocator.Located located = new TextLocator(text).locate(prompt, 1);
        assertThat(located.places()).hasSize(1);
        assertThat(located.places().getFirst().start()).isBetween(4_990, 5_000);
        assertThat(located.complete()).isFalse();
    }

    @Test
    void repetitionTakesNoMoreWorkThanIsAllowed() {
        String text = "ab".repeat(200_000);
        StringBuilder prompt = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            prompt.append("ab".repeat(20)).append('#');
        }
        TextLocator locator = new TextLocator(text);
        assertThat(locator.locate(prompt.toString(), 100).places()).isNotEmpty();
        assertThat(locator.locate("ab".repeat(150_000), 100).places()).hasSize(1);
        assertThat(new TextLocator(" ".repeat(500_000))
                        .locate(" ".repeat(100_000), 100)
                        .places())
                .isEmpty();
    }

    @Test
    void theIndexOfALargeTextTakesAnEighthOfAByteForEachCharacter() {
        assertThat(BlockIndex.bytes(100_000_000)).isLessThanOrEqualTo(100_000_000 / 8 + 1_000);
        assertThat(BlockIndex.step(1_000_000)).isEqualTo(16);
        assertThat(TextLocator.leastFound(1_000_000)).isEqualTo(32);
        assertThat(TextLocator.leastFound(100_000_000)).isLessThanOrEqualTo(60);
    }

    @Test
    void slicesOfALargeTextAreFoundToo() {
        Random random = new Random(7);
        StringBuilder large = new StringBuilder();
        while (large.length() < 20_000_000) {
            large.append(Long.toString(random.nextLong(), 36)).append(large.length() % 11 == 0 ? '\n' : ' ');
        }
        String text = large.toString();
        TextLocator locator = new TextLocator(text);
        int least = TextLocator.leastFound(text.length()) + 30;
        for (int i = 0; i < 1_000; i++) {
            int start = random.nextInt(text.length() - least);
            int end = start + least;
            assertThat(locator.locate("It: <" + text.substring(start, end) + ">", 10)
                            .places())
                    .anySatisfy(place -> assertThat(place.start() <= start && place.end() >= end)
                            .isTrue());
        }
    }
}
