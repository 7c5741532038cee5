package dev.rlm.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
        byte[] torn = Arrays.copyOf(whole, length);
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
        assertThatThrownBy(() -> writer.write(new Frame.Refused(0, "x".repeat(200))))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("at most 100 bytes");
        assertThat(out.size()).isZero();
        writer.write(new Frame.Refused(0, "short"));
        assertThat(new FrameReader(new ByteArrayInputStream(out.toByteArray()), 100).read())
                .contains(new Frame.Refused(0, "short"));
    }

    @Example
    void aFrameBeyondTheLimitIsNotRead() {
        byte[] head = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array();
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(head), LIMIT).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1 to " + LIMIT);
    }

    @Property
    void whateverComesGivesFramesOrARefusalAndTakesNoMoreMemoryThanCame(
            @ForAll("frames") Frame frame, @ForAll long seed) throws IOException {
        byte[] bytes = mutated(written(frame), new Random(seed));
        FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes), Frame.MAX_BYTES, _ -> Frame.MAX_BYTES);
        try {
            while (reader.read().isPresent()) {
                // Every frame takes at least five bytes, so this ends.
            }
        } catch (ProtocolException | EOFException refusal) {
            assertThat(refusal).hasMessageMatching("[A-Z].*\\.");
        }
    }

    /** Changes bytes, lengths, the order and the end of what a worker sends, several at a time. */
    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = bytes;
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            int place = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[place] = (byte) random.nextInt();
                case 1 -> ByteBuffer.wrap(mutated).putInt(Math.min(place, mutated.length - 4), random.nextInt());
                case 2 -> ByteBuffer.wrap(mutated).putInt(Math.min(place, mutated.length - 4), Integer.MAX_VALUE);
                case 3 -> mutated = Arrays.copyOf(mutated, Math.max(4, place));
                default -> {
                    byte[] twice = Arrays.copyOf(mutated, mutated.length + bytes.length);
                    System.arraycopy(bytes, 0, twice, mutated.length, bytes.length);
                    mutated = twice;
                }
            }
        }
        return mutated;
    }

    @Example
    void aKindHasALimitOfItsOwnThatIsAskedBeforeTheFrameIsTaken() throws IOException {
        byte[] head = ByteBuffer.allocate(5).putInt(1000).put((byte) 70).array();
        FrameLimits limits = type -> type == Frame.OutputSoFar.class ? 100 : LIMIT;
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(head), LIMIT, limits).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1 to 100");
        Frame ready = new Frame.Ready(1);
        assertThat(new FrameReader(new ByteArrayInputStream(written(ready)), LIMIT, limits).read())
                .contains(ready);
    }

    @Example
    void textThatIsNotUtf8IsRefused() {
        for (byte[] text : List.of(
                new byte[] {(byte) 0xc0, (byte) 0x80},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xff})) {
            byte[] refused = ByteBuffer.allocate(17 + text.length)
                    .putInt(13 + text.length)
                    .put((byte) 67)
                    .putLong(0)
                    .putInt(text.length)
                    .put(text)
                    .array();
            assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(refused), LIMIT).read())
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("not UTF-8");
        }
    }

    @Example
    void numbersAndListsOutOfRangeAreRefused() throws IOException {
        for (Frame frame : List.of(
                new Frame.Opened(0, -1),
                new Frame.Opened(-1, 1),
                new Frame.OutputSoFar(0, 1, new Frame.Output("", -1)),
                new Frame.Query(0, 1, Collections.nCopies(10_001, "a"), ""),
                new Frame.Query(0, 1, List.of("a"), "1".repeat(1_000_001)),
                new Frame.PromptsLocated(
                        0,
                        1,
                        List.of(new Frame.PromptParts(Collections.nCopies(65, new Frame.Part(0, 0, 0, 1)), true))),
                new Frame.PromptsLocated(
                        0, 1, List.of(new Frame.PromptParts(List.of(new Frame.Part(0, -1, 0, 1)), true))),
                new Frame.CellObserved(
                        0, 1, List.of(), Collections.nCopies(10_001, new Frame.Part(0, 0, 0, 1)), List.of()),
                new Frame.CellObserved(
                        0, 1, List.of(), List.of(), List.of(new Frame.Citation("a", 1, 1, "q".repeat(2_001), true))),
                new Frame.Query(0, 1, List.of("a"), "", "1".repeat(100_001), List.of()),
                new Frame.Query(0, 1, List.of("a"), "", null, List.of(Collections.nCopies(21, 0))),
                new Frame.Query(0, 1, List.of("a", "b"), "", null, List.of(List.of(0))),
                new Frame.Query(0, 1, List.of("a"), "", null, List.of(List.of(-1))),
                new Frame.CallFunction(0, 1, "f".repeat(201), "{}", ""),
                new Frame.CallFunction(0, 1, "f", "1".repeat(1_000_001), ""),
                new Frame.AskChildren(0, 1, Collections.nCopies(1_001, CHILD), ""),
                new Frame.AskChildren(0, 1, List.of(question("x".repeat(100_001), 1, "")), ""),
                new Frame.AskChildren(0, 1, List.of(question("x", -1, "")), ""),
                new Frame.AskChildren(0, 1, List.of(question("x", 1, "y".repeat(501))), ""),
                new Frame.Variables(0, Collections.nCopies(1_001, new Frame.Variable("a", "b", 1, "c"))),
                new Frame.Variables(0, List.of(new Frame.Variable("a", "b", -2, "c"))),
                new Frame.Refused(0, "x".repeat(6_001)))) {
            assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(written(frame)), LIMIT).read())
                    .isInstanceOf(ProtocolException.class);
        }
    }

    private static final Frame.ChildQuestion CHILD = question("x", 1, "");

    private static Frame.ChildQuestion question(String text, long characters, String preview) {
        return new Frame.ChildQuestion(
                text, List.of(), List.of(), new Frame.ContextFacts(characters, 1, List.of(), preview), null);
    }

    @Example
    void loneSurrogatesAreReplaced() throws IOException {
        FrameReader reader =
                new FrameReader(new ByteArrayInputStream(written(new Frame.Refused(0, "a\ud800b"))), LIMIT);
        assertThat(reader.read()).contains(new Frame.Refused(0, "a?b"));
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
        Arbitrary<Long> length = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Integer> natural = Arbitraries.integers().greaterOrEqual(0);
        Arbitrary<List<String>> texts = text.list().ofMaxSize(5);
        Arbitrary<Frame.Output> output = Combinators.combine(text, length).as(Frame.Output::new);
        Arbitrary<Frame.Value> value = Combinators.combine(text, text).as(Frame.Value::new);
        Arbitrary<Integer> repl = natural;
        return Arbitraries.oneOf(List.of(
                Combinators.combine(
                                repl,
                                Combinators.combine(text, number, text.injectNull(0.5))
                                        .as(Frame.DocumentHead::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(Frame.Open::new),
                Combinators.combine(
                                repl,
                                natural,
                                Combinators.combine(number, number)
                                        .as(Frame.Range::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(Frame.OpenSlices::new),
                repl.map(Frame.CloseRepl::new),
                Combinators.combine(
                                text,
                                text,
                                Combinators.combine(text, text, text, Arbitraries.of(true, false))
                                        .as(Frame.Parameter::new)
                                        .list()
                                        .ofMaxSize(3),
                                Arbitraries.of(true, false))
                        .as(Frame.Function::new)
                        .list()
                        .ofMaxSize(3)
                        .map(Frame.OfferFunctions::new),
                Combinators.combine(repl, number, natural, text, natural, number, natural, text.injectNull(0.5))
                        .as(Frame.Run::new),
                Combinators.combine(
                                repl,
                                Arbitraries.bytes()
                                        .array(byte[].class)
                                        .ofMaxSize(50)
                                        .map(ByteBuffer::wrap))
                        .as(Frame.Contents::new),
                Combinators.combine(repl, number).as(Frame.Interrupt::new),
                Combinators.combine(
                                number,
                                Combinators.combine(Arbitraries.of(true, false), text)
                                        .as(Frame.Reply::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(Frame.Replies::new),
                Combinators.combine(number, text).as(Frame.Budget::new),
                repl.map(Frame.ListVariables::new),
                Combinators.combine(repl, text).as(Frame.ReadVariable::new),
                natural.map(Frame.Ready::new),
                Combinators.combine(repl, length).as(Frame.Opened::new),
                repl.map(Frame.Closed::new),
                Combinators.combine(repl, text).as(Frame.Refused::new),
                Combinators.combine(
                                repl,
                                number,
                                texts,
                                text,
                                text.injectNull(0.5),
                                Arbitraries.integers().between(0, 3))
                        .as((to, call, prompts, clocks, schema, images) -> new Frame.Query(
                                to,
                                call,
                                prompts,
                                clocks,
                                schema,
                                images == 0
                                        ? List.of()
                                        : prompts.stream()
                                                .map(_ -> Collections.nCopies(images - 1, images))
                                                .toList())),
                Combinators.combine(repl, number, questions().list().ofMaxSize(3), text)
                        .as(Frame.AskChildren::new),
                Combinators.combine(repl, number).as(Frame.BudgetQuery::new),
                Combinators.combine(repl, number, value, text).as(Frame.Publish::new),
                Combinators.combine(repl, number).as(Frame.HistoryQuery::new),
                Combinators.combine(repl, number, text, text, text).as(Frame.CallFunction::new),
                Combinators.combine(repl, number, output).as(Frame.OutputSoFar::new),
                Combinators.combine(
                                repl,
                                number,
                                Arbitraries.of(Frame.Ending.class),
                                output,
                                text.injectNull(0.3),
                                value.injectNull(0.3),
                                Combinators.combine(text, texts, texts).as(Frame.Traces::new))
                        .as(Frame.CellEnded::new),
                Combinators.combine(repl, number, value).as(Frame.HandedOver::new),
                Combinators.combine(
                                repl,
                                number,
                                Combinators.combine(parts(), Arbitraries.of(true, false))
                                        .as(Frame.PromptParts::new)
                                        .list()
                                        .ofMaxSize(3))
                        .as(Frame.PromptsLocated::new),
                Combinators.combine(
                                repl,
                                number,
                                parts(),
                                parts(),
                                Combinators.combine(
                                                text,
                                                Arbitraries.longs().greaterOrEqual(1),
                                                Arbitraries.longs().greaterOrEqual(1),
                                                text,
                                                Arbitraries.of(true, false))
                                        .as(Frame.Citation::new)
                                        .list()
                                        .ofMaxSize(3))
                        .as(Frame.CellObserved::new),
                Combinators.combine(
                                repl,
                                Combinators.combine(text, text, length, text)
                                        .as(Frame.Variable::new)
                                        .list()
                                        .ofMaxSize(4))
                        .as(Frame.Variables::new),
                Combinators.combine(repl, value).as(Frame.VariableValue::new)));
    }

    private static Arbitrary<List<Frame.Part>> parts() {
        Arbitrary<Integer> place = Arbitraries.integers().greaterOrEqual(0);
        return Combinators.combine(place, place, place, place)
                .as(Frame.Part::new)
                .list()
                .ofMaxSize(4);
    }

    private static Arbitrary<Frame.ChildQuestion> questions() {
        Arbitrary<String> text = Arbitraries.strings().alpha().ofMaxLength(30);
        Arbitrary<Long> length = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Frame.ContextFacts> about = Combinators.combine(
                        length,
                        Arbitraries.integers().greaterOrEqual(0),
                        Combinators.combine(text, length, length)
                                .as(Frame.DocumentFacts::new)
                                .list()
                                .ofMaxSize(3),
                        text)
                .as(Frame.ContextFacts::new);
        return Combinators.combine(
                        text,
                        Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                                .as(Frame.Range::new)
                                .list()
                                .ofMaxSize(3),
                        Combinators.combine(text, text)
                                .as(Frame.NamedText::new)
                                .list()
                                .ofMaxSize(3),
                        about,
                        text.injectNull(0.5))
                .as(Frame.ChildQuestion::new);
    }
}
