package dev.rlm.model.bedrock;

import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ReplyListener;
import dev.rlm.model.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler.Visitor;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/** Puts a reply of the ConverseStream operation together from its events. Not thread-safe. */
final class ConversePieces implements Visitor {

    private final ReplyListener listener;
    private final StringBuilder text = new StringBuilder();
    private final SequencedMap<Integer, Call> calls = new TreeMap<>();
    private @Nullable StopReason stop;
    private boolean stopped;
    private @Nullable TokenUsage usage;

    ConversePieces(ReplyListener listener) {
        this.listener = listener;
    }

    /** A tool call whose arguments are not all there yet. */
    private record Call(@Nullable String id, @Nullable String name, StringBuilder input) {
        /** In the same form as those that come whole; what is no JSON as it is. */
        String arguments() {
            String written = input.toString();
            return written.isBlank()
                    ? "{}"
                    : JsonDocuments.parse(written).map(JsonDocuments::write).orElse(written);
        }
    }

    @Override
    public void visitContentBlockStart(ContentBlockStartEvent event) {
        if (event.start() != null && event.start().toolUse() != null) {
            String name = event.start().toolUse().name();
            calls.put(
                    event.contentBlockIndex(),
                    new Call(event.start().toolUse().toolUseId(), name, new StringBuilder()));
            listener.toolCall(name == null ? "" : name);
        }
    }

    @Override
    public void visitContentBlockDelta(ContentBlockDeltaEvent event) {
        if (event.delta() == null) {
            return;
        }
        if (event.delta().text() != null) {
            text.append(event.delta().text());
            listener.text(event.delta().text());
        }
        if (event.delta().toolUse() != null && event.delta().toolUse().input() != null) {
            String piece = event.delta().toolUse().input();
            calls.computeIfAbsent(event.contentBlockIndex(), _ -> new Call(null, null, new StringBuilder()))
                    .input()
                    .append(piece);
            listener.arguments(piece);
        }
    }

    @Override
    public void visitMessageStop(MessageStopEvent event) {
        stop = event.stopReason();
        stopped = true;
    }

    @Override
    public void visitMetadata(ConverseStreamMetadataEvent event) {
        usage = event.usage();
    }

    /** Whether the model has ended the reply. */
    boolean isFinished() {
        return stopped;
    }

    /** The reply, read as one that came whole. */
    ModelReply whole(ConverseReplies replies) throws ModelException {
        List<ToolCall> toolCalls = new ArrayList<>();
        for (Call call : calls.values()) {
            toolCalls.add(replies.toolCall(call.id(), call.name(), call.arguments()));
        }
        return new ModelReply(text.toString(), toolCalls, ConverseReplies.usage(usage), ConverseReplies.stop(stop));
    }
}
