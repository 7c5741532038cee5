package dev.rlm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.TurnStarted;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class EventCodecTest {

    private static final String SEED = "4711";

    private final EventCodec codec = new EventCodec();

    private TaskEvent roundTrip(TaskEvent event) {
        EventCodec.Encoded encoded = codec.encode(event);
        assertThat(encoded.body().chars()).allMatch(c -> c >= ' ' && c < 127);
        return codec.decode(
                encoded.type(),
                encoded.version(),
                encoded.body(),
                sha256 -> encoded.payloads().get(sha256).text());
    }

    @Test
    void everyTypeOfEventComesBackAsItWas() {
        assertThat(Events.ALL).allSatisfy(event -> assertThat(roundTrip(event)).isEqualTo(event));
        assertThat(Events.ALL.stream().map(TaskEvent::getClass).collect(Collectors.toSet()))
                .isEqualTo(Stream.of(TaskEvent.class.getDeclaredClasses())
                        .filter(Class::isRecord)
                        .filter(TaskEvent.class::isAssignableFrom)
                        .collect(Collectors.toSet()));
    }

    @Property(tries = 300, seed = SEED)
    void anyTextComesBackAsItWas(@ForAll String text, @ForAll @IntRange(min = 1, max = 60) int times) {
        String longer = text.repeat(times);
        TaskEvent event = new Finished("answered", longer, text, null, longer);
        assertThat(roundTrip(event)).isEqualTo(event);
    }

    @Property(tries = 300, seed = SEED)
    void anyNumberAndTimeComesBackAsItWas(
            @ForAll long number,
            @ForAll @Scale(12) BigDecimal usd,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long seconds,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nanos) {
        Duration duration = Duration.ofSeconds(seconds, nanos);
        TaskEvent event = new RootReplied(
                1, "", List.of(), false, new TaskEvent.CallCost("m", number, number, number, usd, duration, usd));
        assertThat(roundTrip(event)).isEqualTo(event);
        TaskEvent started = new Started(Instant.ofEpochSecond(seconds, nanos), number);
        assertThat(roundTrip(started)).isEqualTo(started);
    }

    @Test
    void longTextsLieApartOnceAndCompressed() {
        String prompt = "Who wrote this? ".repeat(1_000);
        EventCodec.Encoded encoded = codec.encode(new Finished("answered", prompt, prompt, "x", null));
        assertThat(encoded.body().length()).isLessThan(300);
        assertThat(encoded.payloads()).containsOnlyKeys(Payload.sha256(prompt));
        assertThat(encoded.payloads().values())
                .allSatisfy(payload -> assertThat(payload.bytes().length).isLessThan(500));
    }

    @Test
    void anUnknownTypeIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> codec.decode("event_to_come", 1, "{}", _ -> null))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage(
                        "The journal has an event of the type 'event_to_come' (version 1), which this version of rlm"
                                + " does not know: it was recorded by a later one. Upgrade rlm.");
    }

    @Test
    void aLaterVersionIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> codec.decode("started", 9, "{}", _ -> null))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessage("The journal has an event 'started' in version 9, and this version of rlm reads up to"
                        + " version 1 of it: it was recorded by a later one. Upgrade rlm.");
    }

    @Test
    void damagedMembersAreRefusedWithoutBeingQuoted() {
        for (String body : List.of(
                "secret",
                "[]",
                "{\"turn\":\"secret\"}",
                "{\"turn\":1,\"briefing\":{\"@payload\":\"secret\"}}",
                "{\"turn\":1,\"briefing\":\"secret\",\"more\":1}")) {
            assertThatThrownBy(() -> codec.decode("turn_started", 1, body, _ -> null))
                    .isInstanceOf(UnreadableEventException.class)
                    .hasMessageContaining("'turn_started' in version 1 that is damaged")
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    @Test
    void anEarlierVersionIsUpgradedStepByStep() {
        UnaryOperator<ObjectNode> named =
                body -> body.put("briefing", body.remove("note").textValue());
        UnaryOperator<ObjectNode> counted =
                body -> body.put("turn", body.path("turn").intValue() + 1);
        EventCodec later = new EventCodec(
                List.of(new EventCodec.Type("turn_started", TurnStarted.class, List.of(counted, named))));
        assertThat(later.encode(new TurnStarted(1, "x")).version()).isEqualTo(3);
        assertThat(later.decode("turn_started", 1, "{\"turn\":1,\"note\":\"x\"}", _ -> null))
                .isEqualTo(new TurnStarted(2, "x"));
        assertThat(later.decode("turn_started", 2, "{\"turn\":1,\"note\":\"x\"}", _ -> null))
                .isEqualTo(new TurnStarted(1, "x"));
    }

    /** Each file holds what a released version has recorded, and is never changed: a new version adds a file. */
    @Test
    void everythingThatWasEverRecordedIsRead() throws Exception {
        requireRead("events-1.jsonl", Events.OF_VERSION_1);
        requireRead("events-2.jsonl", Events.OF_VERSION_2);
        requireRead("events-3.jsonl", Events.OF_VERSION_3);
        assertThat(requireRead("events-4.jsonl", Events.ALL).stream()
                        .map(codec::typeOf)
                        .collect(Collectors.toSet()))
                .isEqualTo(EventCodec.events().map(EventCodecTest::typeName).collect(Collectors.toSet()));
    }

    /** Writes what is recorded now into the file for a new version, whose name is asked for. */
    @Test
    @EnabledIfSystemProperty(named = "rlm.events.file", matches = ".+")
    void whatIsRecordedNowIsWritten() throws Exception {
        List<String> lines = new ArrayList<>();
        SubCallEnded last = new SubCallEnded(7, "Read", 4, "ab".repeat(32), "long ".repeat(300), null, Events.COST);
        for (TaskEvent event :
                Stream.concat(Events.ALL.stream(), Stream.of(last)).toList()) {
            EventCodec.Encoded encoded = codec.encode(event);
            ObjectNode line = new ObjectMapper().createObjectNode();
            line.put("type", encoded.type()).put("version", encoded.version()).put("body", encoded.body());
            ObjectNode payloads = line.putObject("payloads");
            encoded.payloads().forEach((sha256, payload) -> payloads.put(sha256, payload.text()));
            lines.add(line.toString());
        }
        Files.write(Path.of("src/test/resources/dev/rlm/journal", System.getProperty("rlm.events.file")), lines);
    }

    private List<TaskEvent> requireRead(String file, List<TaskEvent> expected) throws Exception {
        List<String> lines = lines(file);
        List<TaskEvent> events = new ArrayList<>();
        for (String line : lines) {
            JsonNode recorded = new ObjectMapper().readTree(line);
            Map<String, String> texts = new ObjectMapper()
                    .convertValue(recorded.path("payloads"), new com.fasterxml.jackson.core.type.TypeReference<>() {});
            events.add(codec.decode(
                    recorded.path("type").textValue(),
                    recorded.path("version").intValue(),
                    recorded.path("body").textValue(),
                    texts::get));
        }
        assertThat(events.subList(0, expected.size())).isEqualTo(expected);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        SubCallEnded.class, last -> assertThat(last.reply()).isEqualTo("long ".repeat(300)));
        return events;
    }

    private static String typeName(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static List<String> lines(String resource) throws Exception {
        try (InputStream in = EventCodecTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void theNativeExecutableKnowsAllThatIsRecorded() {
        Set<Class<?>> recorded = Stream.of(TaskEvent.class.getDeclaredClasses())
                .filter(Class::isRecord)
                .collect(Collectors.toSet());
        assertThat(recorded).isNotEmpty();
        assertThat(registered()).containsAll(recorded);
    }

    private static Set<Class<?>> registered() {
        try {
            Class<?> holder = Class.forName("dev.rlm.wiring.NativeImage");
            return Set.of(holder.getAnnotation(io.quarkus.runtime.annotations.RegisterForReflection.class)
                    .targets());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
