package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.worker.ContextText.Document;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ContextTextTest {
    @Property(tries = 200)
    void codePointsAreCountedAcrossBlocks(
            @ForAll @IntRange(max = 50_000) int length, @ForAll @IntRange(min = 1, max = 9) int step) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < length; i++) {
            text.append(i % step == 0 ? "😀" : "x");
        }
        CodePoints codePoints = new CodePoints(text.toString());
        for (int i = 0; i <= text.length(); i += 997) {
            int place = i > 0 && i < text.length() && Character.isLowSurrogate(text.charAt(i)) ? i + 1 : i;
            assertThat(codePoints.before(place)).isEqualTo(text.codePointCount(0, place));
        }
    }

    @Example
    void oneDocumentIsTheContextAsItIs() {
        assertThat(context("only.txt", "text").text()).isEqualTo("text");
        assertThat(ContextText.of(List.of()).text()).isEmpty();
    }

    @Example
    void severalDocumentsAreJoinedWithHeaders() {
        ContextText context = context("a", "first", "b\nc", "sécond 😀");
        assertThat(context.text())
                .isEqualTo("===== Document 1 of 2: a =====\nfirst\n===== Document 2 of 2: b c =====\nsécond 😀");
        assertThat(context.packed()).isEqualTo("a\00031\00036\0\0b c\00070\00078\0");
    }

    @Example
    void anImageIsADocumentWithoutTextThatEverySliceAroundItHas() {
        ContextText context = ContextText.of(
                List.of(new Document("a", "first"), new Document("b.png", "", new ContextText.Image(1, "image/png"))));
        assertThat(context.text()).endsWith("===== Document 2 of 2: b.png (an image) =====\n");
        assertThat(context.packed())
                .endsWith("b.png\0" + context.length() + "\0" + context.length() + "\0001 image/png");
        int end = context.length();
        assertThat(context.slice(new Frame.Range(end, end)).documents())
                .extracting(ContextText.Span::image)
                .containsExactly(new ContextText.Image(1, "image/png"));
        assertThat(context.slice(new Frame.Range(0, end)).documents()).hasSize(2);
        assertThat(context.slice(new Frame.Range(0, 40)).documents()).hasSize(1);
        assertThat(context.slice(new Frame.Range(end, end)).copies())
                .containsExactly(new Document("b.png", "", new ContextText.Image(1, "image/png")));
    }

    private static ContextText context(String... namesAndTexts) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            documents.add(new Document(namesAndTexts[i], namesAndTexts[i + 1]));
        }
        return ContextText.of(documents);
    }
}
