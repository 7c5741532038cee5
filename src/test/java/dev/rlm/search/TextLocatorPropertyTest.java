package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.search.TextLocator.Located;
import dev.rlm.search.TextLocator.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Prompts that are put together from slices of a text, as code does it. */
class TextLocatorPropertyTest {

    private static final String SEED = "20261127";
    private static final List<String> WORDS = List.of(
            "ore", "lamp", "😀", "été", "rain", "x1", "return", "harbour", "7,", "key:", "Smith", "while", "zinc", "—",
            "quay");

    @Property(tries = 150, seed = SEED)
    void everySliceIsFoundAndNothingIsToldThatIsNotThere(@ForAll long seed) {
        Random random = new Random(seed);
        String text = text(random, 200 + random.nextInt(400));
        TextLocator locator = new TextLocator(text);
        int least = TextLocator.leastFound(text.length());
        List<Place> slices = new ArrayList<>();
        StringBuilder prompt = new StringBuilder("Which of these people are named below? Say it in one line.\n\n");
        int count = 1 + random.nextInt(5);
        int room = text.length() / count;
        for (int i = 0; i < count; i++) {
            // Apart from each other, since parts that touch are told as one.
            int start = boundary(text, i * room + random.nextInt(room - 40));
            int end = boundary(text, Math.min((i + 1) * room - 20, start + 1 + random.nextInt(2_000)));
            if (end <= start) {
                continue;
            }
            prompt.append(edited(text.substring(start, end), random)).append("\n<--- next --->\n");
            slices.add(new Place(start, end));
        }
        Located located = locator.locate(prompt.toString(), 10_000);
        assertThat(located.complete()).isTrue();
        String bare = bare(prompt.toString());
        assertThat(located.places())
                .allSatisfy(place -> assertThat(bare).contains(bare(text.substring(place.start(), place.end()))));
        for (Place slice : slices) {
            String whole = bare(text.substring(slice.start(), slice.end()));
            if (whole.length() >= 2 * least && bare.contains(whole)) {
                assertThat(located.places())
                        .as("slice %s of %s", slice, text.length())
                        .anySatisfy(place -> assertThat(place.start() <= slice.start() && slice.end() <= place.end())
                                .isTrue());
            }
        }
    }

    /** As it was, with its lines stripped, indented or joined, or with a letter changed. */
    private static String edited(String slice, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> String.join("\n", slice.lines().map(String::strip).toList());
            case 1 -> slice.indent(4);
            case 2 -> String.join(" ", slice.lines().toList());
            case 3 -> slice.replaceFirst("(?s)^(.{" + slice.length() / 3 + "}.*?)[a-z]", "$1#");
            default -> slice;
        };
    }

    /** Lines that are all different, since what is there twice is found in one of its places. */
    private static String text(Random random, int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(" ".repeat(random.nextInt(5)));
            for (int word = random.nextInt(12); word >= 0; word--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())))
                        .append(Integer.toString(random.nextInt(), 36))
                        .append(' ');
            }
            text.append(random.nextInt(8) == 0 ? "\n\n" : "\n");
        }
        return text.toString();
    }

    private static int boundary(String text, int place) {
        boolean inPair = place > 0 && place < text.length() && Character.isLowSurrogate(text.charAt(place));
        return inPair ? place - 1 : place;
    }

    private static String bare(String text) {
        return text.codePoints()
                .filter(c -> c > 0xffff || !WhiteSpace.is((char) c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
