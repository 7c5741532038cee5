package dev.rlm.mcp.sampling;

import dev.rlm.model.ClientModels;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelId;
import java.time.Duration;
import java.time.InstantSource;

/** The models of the client in a session. Thread-safe. */
record SamplingModels(ClientSession session, SamplingSettings settings, InstantSource clock) implements ClientModels {

    @Override
    public LanguageModel model(ModelId id) {
        return new SamplingModel(id, session, settings, clock);
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
