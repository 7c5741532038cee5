package dev.rlm.mcp.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whatever model the client in a session chooses. Each call is one request to the client, whose user may have to allow it; it is
 * never made again by itself. Thread-safe.
 */
final class SamplingModel implements LanguageModel {

    private static final String METHOD = "sampling/createMessage";

    private final ModelId id;
    private final ClientSession session;
    private final SamplingSettings settings;
    private final InstantSource clock;
    private final AtomicBoolean declined;

    /** @param declined whether the client's user has declined to answer, which this model notes, too */
    SamplingModel(
            ModelId id, ClientSession session, SamplingSettings settings, InstantSource clock, AtomicBoolean declined) {
        this.declined = declined;
        this.id = id;
        this.session = session;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        if (declined.get()) {
            throw SamplingReplies.declined();
        }
        Instant latest = clock.instant().plus(settings.callTime());
        JsonNode reply = session.ask(
                METHOD,
                SamplingRequests.parameters(id, request, settings.parameters().apply(id), settings.maxTokens()),
                latest.isBefore(request.deadline()) ? latest : request.deadline());
        if (SamplingReplies.isDeclined(reply)) {
            declined.set(true);
        }
        return SamplingReplies.read(reply, request);
    }
}
