package dev.rlm.mcp.sampling;

import dev.rlm.model.ClientModels;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** The models of the client in a session, for one question: whose user declines once is asked for nothing more. Thread-safe. */
final class SamplingModels implements ClientModels {

    private final ClientSession session;
    private final SamplingSettings settings;
    private final InstantSource clock;
    private final AtomicBoolean declined = new AtomicBoolean();

    SamplingModels(ClientSession session, SamplingSettings settings, InstantSource clock) {
        this.session = session;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public LanguageModel model(ModelId id) {
        return new SamplingModel(id, session, settings, clock, declined);
    }

    @Override
    public int callsInFlight() {
        return settings.callsInFlight();
    }

    @Override
    public Duration callTime() {
        return settings.callTime();
    }
}
