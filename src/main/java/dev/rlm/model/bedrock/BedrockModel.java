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
import dev.rlm.model.ReplyListener;
import dev.rlm.model.Streaming;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/**
 * A model of Amazon Bedrock through its Converse and ConverseStream operations.
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
    private final Streaming streaming = new Streaming();

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
            throw failures.of(cause(e), request, clock.instant());
        }
    }

    @Override
    public ModelReply complete(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        if (!connection.canStream()) {
            return complete(request);
        }
        return streaming.complete(request, each -> inPieces(each, listener), this::complete, listener);
    }

    private ModelReply inPieces(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        ConverseStreamRequest converse = ConverseRequests.streamed(requests.of(request));
        // Finding credentials blocks, also for calls that do not.
        FutureTask<ConversePieces> call = new FutureTask<>(() -> receive(converse, listener));
        Thread.ofVirtual().name("bedrock-stream").start(call);
        ConversePieces pieces;
        try {
            pieces = ProviderCall.await(call, id, request.deadline(), clock);
        } catch (ExecutionException e) {
            throw failures.of(cause(e), request, clock.instant());
        }
        if (!pieces.isFinished()) {
            throw failures.ofBrokenConnection();
        }
        return pieces.whole(replies);
    }

    private ConversePieces receive(ConverseStreamRequest converse, ReplyListener listener)
            throws InterruptedException, ExecutionException {
        ConversePieces pieces = new ConversePieces(listener);
        CompletableFuture<Void> stream = connection
                .streamingClient()
                .converseStream(
                        converse,
                        ConverseStreamResponseHandler.builder()
                                .subscriber(pieces)
                                .build());
        try {
            stream.get();
            return pieces;
        } finally {
            stream.cancel(true);
        }
    }

    private static Throwable cause(ExecutionException failure) {
        Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
        return cause instanceof ExecutionException ? Objects.requireNonNullElse(cause.getCause(), cause) : cause;
    }
}
