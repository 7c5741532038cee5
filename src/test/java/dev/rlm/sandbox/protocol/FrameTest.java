package dev.rlm.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FrameTest {
    private static final int LIMIT = 1 << 20;

    @Property
    void everyFrameSurvivesTheWay(@ForAll("frames") Frame frame) throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(written(frame)), LIMIT);
        assertThat(reader.read()).contains(frame);
        assertThat(reader.read()).isEmpty();
    }

    @Property
    void everyTornFrameIsRefusedOrTheEnd(@ForAll("frames") Frame frame, @ForAll int seed) throws IOException {
        byte[] whole = written(frame);
        int length = Math.floorMod(seed, whole.length);
        byte[] torn = java.util.Arrays.copyOf(whole, length);
        FrameReader reader = new FrameReader(new ByteArrayInputStream(torn), LIMIT);
        if (length == 0) {
            assertThat(reader.read()).isEmpty();
        } else {
            assertThatThrownBy(reader::read).isInstanceOf(IOException.class);
        }
    }

    @Property
    void everyChangedByteGivesAFrameOrARefusal(@ForAll("frames") Frame frame, @ForAll int place, @ForAll byte value)
            throws IOException {
        byte[] bytes = written(frame);
        bytes[Math.floorMod(place, bytes.length)] = value;
        readsOrRefuses(bytes);
    }

    @Property
    void garbageIsReadOrRefusedButNeverCrashesTheReader(@ForAll byte[] body) throws IOException {
        byte[] framed = ByteBuffer.allocate(body.length + 4)
                .putInt(body.length)
                .put(body)
                .array();
        readsOrRefuses(framed);
        readsOrRefuses(body);
    }

    private static void readsOrRefuses(byte[] bytes) {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), LIMIT);
        try {
            Optional<Frame> frame = reader.read();
            assertThat(frame.isPresent() || bytes.length == 0).isTrue();
        } catch (IOException refusal) {
            assertThat(refusal).hasMessageMatching("[A-Z].*\\.");
        }
    }

    @Example
    void aFrameBeyondTheLimitIsNotWritten() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter writer = new FrameWriter(out, 100);
        assertThatThrownBy(() -> writer.write(new Frame.Refused("x".repeat(200))))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("at most 100 bytes");
        assertThat(out.size()).isZero();
        writer.write(new Frame.Refused("short"));
        assertThat(new FrameReader(new ByteArrayInputStream(out.toByteArray()), 100).read())
                .contains(new Frame.Refused("short"));
    }

    @Example
    void aFrameBeyondTheLimitIsNotRead() {
        byte[] head = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array();
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(head), LIMIT).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1 to " + LIMIT);
    }

    @Example
    void loneSurrogatesAreReplaced() throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(written(new Frame.Refused("a\ud800b"))), LIMIT);
        assertThat(reader.read()).contains(new Frame.Refused("a?b"));
    }

    private static byte[] written(Frame frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new FrameWriter(out, LIMIT).write(frame);
        return out.toByteArray();
    }

    @Provide
    Arbitrary<Frame> frames() {
        Arbitrary<String> text = Arbitraries.strings()
                .ofMaxLength(30)
                .filter(s -> s.chars().noneMatch(c -> Character.isSurrogate((char) c)));
        Arbitrary<Long> number = Arbitraries.longs();
        Arbitrary<Integer> natural = Arbitraries.integers().greaterOrEqual(0);
        Arbitrary<List<String>> texts = text.list().ofMaxSize(5);
        Arbitrary<Frame.Output> output = Combinators.combine(text, number).as(Frame.Output::new);
        Arbitrary<Frame.Value> value = Combinators.combine(text, text).as(Frame.Value::new);
        return Arbitraries.oneOf(List.of(
                Combinators.combine(text, number)
                        .as(Frame.DocumentHead::new)
                        .list()
                        .ofMaxSize(4)
                        .map(Frame.Open::new),
                Combinators.combine(number, natural, text, natural).as(Frame.Run::new),
                Arbitraries.bytes()
                        .array(byte[].class)
                        .ofMaxSize(50)
                        .map(ByteBuffer::wrap)
                        .map(Frame.Contents::new),
                number.map(Frame.Interrupt::new),
                Combinators.combine(
                                number,
                                Combinators.combine(Arbitraries.of(true, false), text)
                                        .as(Frame.Reply::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(Frame.Replies::new),
                Combinators.combine(number, text).as(Frame.Budget::new),
                Arbitraries.just(new Frame.ListVariables()),
                text.map(Frame.ReadVariable::new),
                natural.map(Frame.Ready::new),
                number.map(Frame.Opened::new),
                text.map(Frame.Refused::new),
                Combinators.combine(number, texts).as(Frame.Query::new),
                number.map(Frame.BudgetQuery::new),
                Combinators.combine(number, output).as(Frame.OutputSoFar::new),
                Combinators.combine(
                                number,
                                Arbitraries.of(Frame.Ending.class),
                                output,
                                text.injectNull(0.3),
                                value.injectNull(0.3))
                        .as(Frame.CellEnded::new),
                Combinators.combine(text, text, number, text)
                        .as(Frame.Variable::new)
                        .list()
                        .ofMaxSize(4)
                        .map(Frame.Variables::new),
                value));
    }
}
