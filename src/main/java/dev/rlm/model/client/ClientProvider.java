package dev.rlm.model.client;

import dev.rlm.model.ClientModels;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProvider;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The models of clients, as far as they can be spoken of before a client lends them: they cannot be called. Thread-safe. */
public final class ClientProvider implements ModelProvider {

    @Override
    public String name() {
        return ClientModels.PROVIDER;
    }

    @Override
    public LanguageModel model(ModelDescription description, InferenceParameters parameters) {
        return new NotLent(description.id());
    }

    @Override
    public ProviderStatus check(Collection<ModelId> models, Instant deadline) {
        return new ProviderStatus(name(), "the MCP client that asks, if it offers sampling", true, List.of());
    }

    @Override
    public void close() {
        // There is nothing of it here.
    }

    private record NotLent(ModelId id) implements LanguageModel {
        @Override
        public ModelReply complete(ModelRequest request) throws ModelException {
            throw new ModelException(ModelException.Kind.REFUSED, ClientModels.NOT_LENT);
        }
    }
}
