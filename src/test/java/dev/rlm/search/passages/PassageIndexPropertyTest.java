package dev.rlm.search.passages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PassageIndexPropertyTest {
    private static final String[] ALPHABETS = {
        "abc defg hij.\nKLM_N-O/p 012: ", "xy\n\n\r\n ", "字符测试，。\n", "a😀é ß\n", "abcdefghijklmnop", "— ─\t"
    };

    @Property(tries = 300)
    void passagesAreTheTextWithoutAGapAndCutNoPair(@ForAll("texts") String text) {
        int start = 0;
        while (start < text.length()) {
            int end = Cut.end(text, start, text.length());
            assertThat(end).isGreaterThan(start);
            assertThat(end - start).isLessThanOrEqualTo(Cut.MOST);
            if (end < text.length()) {
                assertThat(end - start).isGreaterThan(Cut.LEAST);
                assertThat(Character.isHighSurrogate(text.charAt(end - 1))
                                && Character.isLowSurrogate(text.charAt(end)))
                        .isFalse();
            }
            start = end;
        }
    }

    @Property(tries = 100)
    void everyPassageIsFoundByItsOwnRareWord(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int documents)
            throws Exception {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                text.append(text(random, random.nextInt(900)))
                        .append(" q")
                        .append(letters(document * 1_000 + i))
                        .append("q ");
            }
            texts.add(text.toString());
        }
        Corpus corpus = Corpus.of(texts.toArray(String[]::new));
        Set<String> seen = new HashSet<>();
        for (int document = 0; document < documents; document++) {
            for (int i = 0; i < 60; i++) {
                String rare = "q" + letters(document * 1_000 + i) + "q";
                List<Passage> found = corpus.find(rare, 10).passages();
                assertThat(found).as(rare).hasSize(1);
                Passage passage = found.getFirst();
                assertThat(passage.range()).isEqualTo(document);
                assertThat(texts.get(document).substring(passage.start(), passage.end()))
                        .contains(rare);
                seen.add(document + ":" + passage.start() + "-" + passage.end());
            }
        }
        assertThat(seen.size()).isLessThanOrEqualTo(corpus.index().passages());
    }

    @Property(tries = 100)
    void theBestOfPartsAreTheBestOfTheWholeThatAreInThem(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        String text = text(random, 0, 30_000);
        Corpus corpus = Corpus.of(text);
        List<Passage> whole = corpus.find("abc klm 012 字符 é", 1_000).passages();
        assertThat(whole)
                .isSortedAccordingTo(Comparator.comparingDouble((Passage passage) -> -passage.score())
                        .thenComparingInt(Passage::start));
        assertThat(corpus.find("abc klm 012 字符 é", 5).passages())
                .isEqualTo(whole.subList(0, Math.min(5, whole.size())));
        int from = random.nextInt(text.length());
        int to = from + random.nextInt(text.length() - from + 1);
        List<Passage> part = corpus.find("abc klm 012 字符 é", 1_000, List.of(new Range(0, from, to)))
                .passages();
        assertThat(part).allSatisfy(passage -> {
            assertThat(passage.start()).isBetween(from, passage.end() - 1);
            assertThat(passage.end()).isLessThanOrEqualTo(to);
        });
        List<Integer> inside = whole.stream()
                .filter(passage -> passage.start() >= from && passage.end() <= to)
                .map(Passage::start)
                .toList();
        assertThat(part.stream().map(Passage::start)).containsAll(inside);
        assertThat(part.size() - inside.size()).as("passages that the ends cut").isBetween(0, 2);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.longs().map(seed -> {
            Random random = new Random(seed);
            return text(random, random.nextInt(ALPHABETS.length), random.nextInt(12_000));
        });
    }

    private static String text(Random random, int length) {
        return text(random, random.nextInt(ALPHABETS.length), length);
    }

    /** Mostly of one alphabet. */
    private static String text(Random random, int alphabet, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int[] letters = ALPHABETS[random.nextInt(20) == 0 ? random.nextInt(ALPHABETS.length) : alphabet]
                    .codePoints()
                    .toArray();
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    /** A number in letters, none of which is a plural's ending or in the alphabets. */
    private static String letters(int number) {
        return Integer.toString(number, 5)
                .replace('0', 'r')
                .replace('1', 't')
                .replace('2', 'u')
                .replace('3', 'v')
                .replace('4', 'w');
    }
}
