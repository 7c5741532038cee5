package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.sandbox.protocol.Frame.DocumentHead;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class IncomingDocumentsTest {
    @Property(tries = 200)
    void documentsComeWholeHoweverTheirBytesAreCut(
            @ForAll List<String> drawn, @ForAll @IntRange(min = 1, max = 40) int piece) throws Exception {
        List<String> texts = drawn.stream()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8) + "é😀")
                .toList();
        List<String> withEmpty = new ArrayList<>(texts);
        withEmpty.add(texts.size() / 2, "");
        List<DocumentHead> heads = new ArrayList<>();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : withEmpty) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            heads.add(new DocumentHead("name " + heads.size(), bytes.length));
            all.writeBytes(bytes);
        }
        IncomingDocuments documents = new IncomingDocuments(heads);
        for (int start = 0; start < all.size(); start += piece) {
            assertThat(documents.complete()).isFalse();
            documents.add(ByteBuffer.wrap(all.toByteArray(), start, Math.min(piece, all.size() - start)));
        }
        assertThat(documents.complete()).isTrue();
        List<ContextText.Document> taken = documents.take();
        assertThat(taken).extracting(ContextText.Document::text).containsExactlyElementsOf(withEmpty);
        assertThat(taken)
                .extracting(ContextText.Document::name)
                .containsExactlyElementsOf(
                        heads.stream().map(DocumentHead::name).toList());
    }

    @Example
    void documentsWithoutTextAreCompleteAtOnce() throws Exception {
        assertThat(new IncomingDocuments(List.of()).complete()).isTrue();
        IncomingDocuments empty = new IncomingDocuments(List.of(new DocumentHead("a", 0), new DocumentHead("b", 0)));
        assertThat(empty.complete()).isTrue();
        assertThat(empty.take()).hasSize(2);
    }

    @Example
    void moreTextThanWasSaidIsRefused() throws Exception {
        IncomingDocuments documents = new IncomingDocuments(List.of(new DocumentHead("a", 2)));
        assertThatThrownBy(() -> documents.add(ByteBuffer.wrap(new byte[3])))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("More text came than the documents have.");
    }

    @Example
    void aNegativeSizeIsRefused() {
        assertThatThrownBy(() -> new IncomingDocuments(List.of(new DocumentHead("a", -1))))
                .isInstanceOf(ProtocolException.class);
    }

    @Example
    void aDocumentBeyondAnArrayIsToldAndItsTextDropped() throws Exception {
        IncomingDocuments documents =
                new IncomingDocuments(List.of(new DocumentHead("a", 1), new DocumentHead("huge", 1L << 40)));
        assertThat(documents.complete()).isTrue();
        assertThat(documents.tooLarge()).isTrue();
        documents.add(ByteBuffer.wrap(new byte[1000]));
    }

    @Example
    void bytesThatAreNoTextAreReplaced() throws Exception {
        IncomingDocuments documents = new IncomingDocuments(List.of(new DocumentHead("a", 3)));
        documents.add(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, 'b'}));
        assertThat(documents.take()).extracting(ContextText.Document::text).containsExactly("a\ufffdb");
    }
}
