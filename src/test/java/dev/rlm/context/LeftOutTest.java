package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How what is left out of a PDF is told. */
class LeftOutTest {

    @Test
    void oneSentenceNamesAllPagesThatAreLeftOutForTheSameReason() {
        LeftOut leftOut = new LeftOut();
        leftOut.add("the text", 3, "damaged");
        leftOut.add("the image", 3, "damaged");
        leftOut.add("the text", 7, "damaged");
        leftOut.add("the text", 8, "damaged");
        leftOut.add("the text", 9, "a page may take 30 s");
        assertThat(leftOut.sentences("a\nb.pdf"))
                .containsExactly(
                        "Left out of a\uFFFDb.pdf: the text of pages 3, 7 to 8 (damaged).",
                        "Left out of a\uFFFDb.pdf: the image of page 3 (damaged).",
                        "Left out of a\uFFFDb.pdf: the text of page 9 (a page may take 30 s).");
        assertThat(leftOut.summary())
                .isEqualTo("the text of pages 3, 7 to 8 (damaged); the image of page 3 (damaged); the text of page 9 (a"
                        + " page may take 30 s)");
        assertThat(new LeftOut().summary()).isEqualTo("its pages are blank");
    }

    @Test
    void pagesHereAndThereAreCountedAndNotNamed() {
        PageNumbers pages = new PageNumbers();
        for (int page = 2; page <= 100_000; page += 2) {
            pages.add(page);
        }
        assertThat(pages.toString())
                .startsWith("pages 2, 4, 6, ")
                .endsWith(", 38, 40 and 49980 more")
                .hasSizeLessThan(200);
    }
}
