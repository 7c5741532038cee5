package dev.rlm.mcp.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.context.TokenEstimate;
import dev.rlm.model.ClientModels;
import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SamplingModelTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InstantSource clock = now::get;
    private final AtomicBoolean lasts = new AtomicBoolean(true);
    private final ClientSession session = new ClientSession(lasts::get, Duration.ofMinutes(2), clock);

    /** What the client was sent by its open stream. */
    private final List<JsonObject> sent = new CopyOnWriteArrayList<>();

    private final ClientStream stream = message -> {
        sent.add(message);
        return Future.succeededFuture();
    };

    private LanguageModel model(String id, InferenceParameters parameters) {
        SamplingSettings settings =
                new SamplingSettings(4, Duration.ofMinutes(15), Duration.ofMinutes(2), 8_000, _ -> parameters);
        return new SamplingModels(session, settings, clock).model(ModelId.parse(id));
    }

    private LanguageModel model() {
        return model("client", InferenceParameters.NONE);
    }

    private static ModelRequest prompt(String text) {
        return ModelRequest.prompt(text, START.plus(Duration.ofHours(1)));
    }

    /** A call that is under way. */
    private static final class Call {
        private final CompletableFuture<ModelReply> reply = new CompletableFuture<>();
        private final Thread thread;

        Call(LanguageModel model, ModelRequest request) {
            thread = Thread.startVirtualThread(() -> {
                try {
                    reply.complete(model.complete(request));
                } catch (ModelException | InterruptedException | RuntimeException e) {
                    reply.completeExceptionally(e);
                }
            });
        }

        ModelException failure() {
            await().atMost(LONG).until(reply::isDone);
            return (ModelException) reply.exceptionNow();
        }
    }

    private void answer(JsonObject request, String rest) throws Exception {
        long id = request.getLong("id");
        JsonNode message = MAPPER.readTree("{\"jsonrpc\": \"2.0\", \"id\": " + id + ", " + rest + "}");
        assertThat(session.replied(id, message)).isTrue();
        assertThat(session.replied(id, message)).as("once only").isFalse();
    }

    private JsonObject awaitRequest() {
        await().atMost(LONG).until(() -> !sent.isEmpty());
        return sent.getFirst();
    }

    private ModelReply replyTo(String result) throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("How many?"));
        answer(awaitRequest(), "\"result\": " + result);
        return call.reply.get();
    }

    @Test
    void aRequestHasEverythingThatTheProtocolHasAPlaceFor(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a.png");
        Files.write(file, new byte[] {1, 2, 3});
        session.listens(stream);
        ModelRequest request = new ModelRequest(
                "Be brief.",
                List.of(
                        new Message.User("First.", List.of(new Image("image/png", file))),
                        new Message.Assistant("Yes.", List.of()),
                        new Message.User("Second.")),
                List.of(),
                START.plus(Duration.ofHours(1)));
        Call call = new Call(model("client:fast", new InferenceParameters(0.5, 0.9, 77)), request);
        JsonObject message = awaitRequest();
        assertThat(message.getString("method")).isEqualTo("sampling/createMessage");
        assertThat(MAPPER.readTree(message.getJsonObject("params").encode())).isEqualTo(MAPPER.readTree("""
                        {"systemPrompt": "Be brief.", "maxTokens": 77, "temperature": 0.5,
                         "modelPreferences": {"hints": [{"name": "fast"}]},
                         "messages": [
                          {"role": "user", "content": {"type": "image", "data": "AQID", "mimeType": "image/png"}},
                          {"role": "user", "content": {"type": "text", "text": "First."}},
                          {"role": "assistant", "content": {"type": "text", "text": "Yes."}},
                          {"role": "user", "content": {"type": "text", "text": "Second."}}]}
                        """));
        call.thread.interrupt();
    }

    @Test
    void whatIsNotKnownIsNotSent() throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("How many?"));
        assertThat(MAPPER.readTree(awaitRequest().getJsonObject("params").encode()))
                .isEqualTo(MAPPER.readTree("""
                        {"maxTokens": 8000, "messages": [{"role": "user", "content": {"type": "text", "text": "How many?"}}]}
                        """));
        call.thread.interrupt();
    }

    @Test
    void aReplyTellsWhichModelItIsOfAndItsTokensAreEstimated() throws Exception {
        ModelReply reply = replyTo("""
                {"role": "assistant", "model": "house-1", "stopReason": "endTurn", "content": {"type": "text", "text": "Four."}}
                """);
        Usage usage = new Usage(TokenEstimate.of("How many?"), TokenEstimate.of("Four."), 0, 0);
        assertThat(reply).isEqualTo(new ModelReply("Four.", List.of(), usage, StopReason.COMPLETE, "house-1"));
    }

    @Test
    void aReplyMayHaveSeveralParts() throws Exception {
        ModelReply reply = replyTo("""
                {"role": "assistant", "model": "m", "stopReason": "maxTokens", "content": [
                 {"type": "text", "text": "Fo"}, {"type": "image", "data": "AQID", "mimeType": "image/png"}, {"type": "text", "text": "ur"}]}
                """);
        assertThat(reply.text()).isEqualTo("Four");
        assertThat(reply.stop()).isEqualTo(StopReason.OUTPUT_LIMIT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"result\": {\"content\": {\"type\": \"audio\"}}|MALFORMED_REPLY|without a text",
                "\"result\": []|MALFORMED_REPLY|without a text",
                "\"error\": {\"code\": -1, \"message\": \"User rejected sampling request\"}|REFUSED|user has declined",
                "\"error\": {\"code\": -32603, \"message\": \"No model\\n there.\"}|REFUSED|answered with an error (-32603): No model there.",
                "\"error\": {\"code\": 5, \"message\": \"Cannot do: How many errors are there in it, of which kinds, and in which files?\"}|REFUSED|Cannot do: [prompt left out]",
            })
    void whatIsNoReplyFailsOnceAndWithoutThePrompt(String rest, Kind kind, String sentence) throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("How many errors are there in it, of which kinds, and in which files?"));
        answer(awaitRequest(), rest);
        assertThat(call.failure().kind()).isEqualTo(kind);
        assertThat(call.failure()).hasMessageContaining(sentence);
        assertThat(sent).hasSize(1);
    }

    @Test
    void aUserWhoHasDeclinedIsAskedForNothingMoreOfTheQuestion() throws Exception {
        session.listens(stream);
        SamplingSettings settings = new SamplingSettings(
                4, Duration.ofMinutes(15), Duration.ofMinutes(2), 8_000, _ -> InferenceParameters.NONE);
        ClientModels question = new SamplingModels(session, settings, clock);
        Call call = new Call(question.model(ModelId.parse("client")), prompt("one"));
        answer(awaitRequest(), "\"error\": {\"code\": -1, \"message\": \"User rejected sampling request\"}");
        assertThat(call.failure().kind()).isEqualTo(Kind.REFUSED);
        LanguageModel sub = question.model(ModelId.parse("client:small"));
        assertThat(catchThrowableOfType(ModelException.class, () -> sub.complete(prompt("two"))))
                .hasMessage(call.failure().getMessage());
        assertThat(sent).hasSize(1);

        Call next = new Call(new SamplingModels(session, settings, clock).model(sub.id()), prompt("three"));
        await().atMost(LONG).until(() -> sent.size() == 2);
        next.thread.interrupt();
    }

    @Test
    void aRequestWaitsForAStreamAndPrefersThatOfACall() throws Exception {
        Call first = new Call(model(), prompt("one"));
        await().during(Duration.ofMillis(50)).until(() -> sent.isEmpty() && !first.reply.isDone());
        session.listens(_ -> Future.failedFuture("It has ended, but that is not known yet."));
        session.called(stream);
        answer(awaitRequest(), "\"result\": {\"model\": \"m\", \"content\": {\"type\": \"text\", \"text\": \"1\"}}");
        assertThat(first.reply.get().text()).isEqualTo("1");

        // Without the call there is the other stream alone, which turns out to have ended.
        session.closed(stream);
        Call second = new Call(model(), prompt("two"));
        await().during(Duration.ofMillis(50)).until(() -> sent.size() == 1 && !second.reply.isDone());
        session.listens(stream);
        await().atMost(LONG).until(() -> sent.size() == 2);
        second.thread.interrupt();
    }

    @Test
    void anotherSessionsClientCannotReply() throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("one"));
        long id = awaitRequest().getLong("id");
        ClientSession other = new ClientSession(() -> true, Duration.ofMinutes(2), clock);
        assertThat(other.replied(id, MAPPER.readTree("{\"result\": {}}"))).isFalse();
        assertThat(call.reply).isNotDone();
        assertThat(session.awaitsReply()).isTrue();
        call.thread.interrupt();
    }

    @Test
    void aCallThatIsGivenUpIsCancelledAtTheClient() throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("one"));
        long id = awaitRequest().getLong("id");
        call.thread.interrupt();
        await().atMost(LONG).until(() -> sent.size() == 2);
        assertThat(sent.getLast().getString("method")).isEqualTo("notifications/cancelled");
        assertThat(sent.getLast().getJsonObject("params").getLong("requestId")).isEqualTo(id);
        await().atMost(LONG).until(call.reply::isDone);
        assertThat(call.reply.exceptionNow()).isInstanceOf(InterruptedException.class);
        assertThat(session.replied(id, MAPPER.readTree("{\"result\": {}}")))
                .as("too late")
                .isFalse();
        assertThat(session.awaitsReply()).isFalse();
    }

    @Test
    void aClientHasTheTimeThatItIsGivenAndNoMore() throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("one"));
        awaitRequest();
        now.set(START.plus(Duration.ofMinutes(15)).minusMillis(1));
        await().during(Duration.ofMillis(600)).until(() -> !call.reply.isDone());
        now.set(START.plus(Duration.ofMinutes(15)));
        assertThat(call.failure().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(call.failure()).hasMessageContaining("rlm.model.client.call-time");
    }

    @Test
    void aClientIsGoneWhenItsSessionHasEnded() throws Exception {
        session.listens(stream);
        Call call = new Call(model(), prompt("one"));
        awaitRequest();
        lasts.set(false);
        assertThat(call.failure().kind()).isEqualTo(Kind.REFUSED);
        assertThat(call.failure())
                .hasMessageContaining("is gone: its session has ended")
                .hasMessageContaining("Ask again with `session`");
    }

    @Test
    void aClientIsGoneWhenItHasHadNoStreamForTooLong() throws Exception {
        session.called(stream);
        Call call = new Call(model(), prompt("one"));
        awaitRequest();
        now.set(START.plus(Duration.ofMinutes(5)));
        session.closed(stream);
        await().during(Duration.ofMillis(600)).until(() -> !call.reply.isDone());
        now.set(START.plus(Duration.ofMinutes(7)).plusMillis(1));
        assertThat(call.failure()).hasMessageContaining("has had no stream open for 120 s");
        assertThat(catchThrowableOfType(ModelException.class, () -> model().complete(prompt("two"))))
                .hasMessageContaining("has had no stream open for 120 s");
    }
}
