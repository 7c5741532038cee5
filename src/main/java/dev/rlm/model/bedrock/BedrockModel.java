package dev.rlm.model.bedrock;

import dev.rlm.model.Ability;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderCall;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/**
 * A model of Amazon Bedrock through its Converse operation.
 *
 * <p>Thread-safe. Reasoning is left out of the text. Where the model has a prompt cache, the system prompt and the
 * growing conversation are marked to be kept in it.
 */
public final class BedrockModel implements LanguageModel {

    private final ModelId id;
    private final BedrockConnection connection;
    private final ConverseRequests requests;
    private final ConverseReplies replies;
    private final BedrockFailures failures;
    private final Clock clock;

    /** A model over a shared connection; see {@link BedrockProvider} for the way in. */
    BedrockModel(
            ModelDescription description, InferenceParameters parameters, BedrockConnection connection, Clock clock) {
        this.id = description.id();
        this.connection = connection;
        this.requests = new ConverseRequests(id, parameters, description.can(Ability.PROMPT_CACHE));
        this.replies = new ConverseReplies(id);
        this.failures = new BedrockFailures(id, connection.shownAddress());
        this.clock = clock;
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        ConverseRequest converse = requests.of(request);
        // A virtual thread, whose interruption closes the socket: the SDK's blocking read would not notice otherwise.
        FutureTask<ConverseResponse> call =
                new FutureTask<>(() -> connection.client().converse(converse));
        Thread.ofVirtual().name("bedrock-call").start(call);
        try {
            return replies.read(ProviderCall.await(call, id, request.deadline(), clock));
        } catch (ExecutionException e) {
            throw failures.of(Objects.requireNonNullElse(e.getCause(), e), request, clock.instant());
        }
    }
}
