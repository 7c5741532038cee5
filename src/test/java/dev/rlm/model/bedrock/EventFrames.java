package dev.rlm.model.bedrock;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Writes the body of an answer of ConverseStream, in AWS's format of event streams. */
final class EventFrames {

    private final ByteArrayOutputStream frames = new ByteArrayOutputStream();

    /** Adds an event. */
    EventFrames event(String type, String json) {
        return frame(Map.of(":message-type", "event", ":event-type", type), json);
    }

    /** Adds an exception of the model of the service. */
    EventFrames exception(String type, String json) {
        return frame(Map.of(":message-type", "exception", ":exception-type", type), json);
    }

    /** Adds an error that the model of the service does not know. */
    EventFrames error(String code, String message) {
        return frame(Map.of(":message-type", "error", ":error-code", code, ":error-message", message), "");
    }

    /** Adds text. */
    EventFrames text(String text) {
        return event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"}}");
    }

    /** Adds why the model stopped, and how many tokens it took. */
    EventFrames end(String reason, String usage) {
        return event("contentBlockStop", "{\"contentBlockIndex\":0}")
                .event("messageStop", "{\"stopReason\":\"" + reason + "\"}")
                .event("metadata", "{\"usage\":" + usage + ",\"metrics\":{\"latencyMs\":10}}");
    }

    byte[] bytes() {
        return frames.toByteArray();
    }

    private EventFrames frame(Map<String, String> headers, String payload) {
        Map<String, HeaderValue> all = new LinkedHashMap<>();
        headers.forEach((name, value) -> all.put(name, HeaderValue.fromString(value)));
        all.put(":content-type", HeaderValue.fromString("application/json"));
        new Message(all, payload.getBytes(StandardCharsets.UTF_8)).encode(frames);
        return this;
    }
}
