package dev.rlm.model.bedrock;

import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ToolCall;
import dev.rlm.model.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/** Reads replies of the Converse operation. */
final class ConverseReplies {

    private final ModelId id;

    ConverseReplies(ModelId id) {
        this.id = id;
    }

    ModelReply read(ConverseResponse response) throws ModelException {
        if (response.output() == null || response.output().message() == null) {
            throw new ModelException(ModelException.Kind.MALFORMED_REPLY, id + " sent a reply without a message.");
        }
        StringBuilder text = new StringBuilder();
        List<ToolCall> calls = new ArrayList<>();
        for (ContentBlock block : response.output().message().content()) {
            if (block.text() != null) {
                text.append(block.text());
            }
            if (block.toolUse() != null) {
                calls.add(toolCall(block.toolUse()));
            }
        }
        return new ModelReply(text.toString(), calls, usage(response.usage()), stop(response.stopReason()));
    }

    private ToolCall toolCall(ToolUseBlock toolUse) throws ModelException {
        String arguments = toolUse.input() == null ? "{}" : JsonDocuments.write(toolUse.input());
        return toolCall(toolUse.toolUseId(), toolUse.name(), arguments);
    }

    ToolCall toolCall(@Nullable String callId, @Nullable String name, String arguments) throws ModelException {
        if (callId == null || name == null) {
            throw new ModelException(ModelException.Kind.MALFORMED_REPLY, id + " sent a tool call without id or name.");
        }
        return new ToolCall(callId, name, arguments);
    }

    /** Bedrock's input tokens leave the cached ones out, as {@link Usage} does. */
    static Usage usage(@Nullable TokenUsage usage) {
        return usage == null
                ? Usage.NONE
                : new Usage(
                        count(usage.inputTokens()),
                        count(usage.outputTokens()),
                        count(usage.cacheReadInputTokens()),
                        count(usage.cacheWriteInputTokens()));
    }

    private static long count(@Nullable Integer tokens) {
        return tokens == null ? 0 : Math.max(0, tokens);
    }

    static StopReason stop(software.amazon.awssdk.services.bedrockruntime.model.@Nullable StopReason reason) {
        return switch (reason) {
            case null -> StopReason.OTHER;
            case END_TURN, STOP_SEQUENCE -> StopReason.COMPLETE;
            case TOOL_USE -> StopReason.TOOL_CALLS;
            case MAX_TOKENS, MODEL_CONTEXT_WINDOW_EXCEEDED -> StopReason.OUTPUT_LIMIT;
            case GUARDRAIL_INTERVENED, CONTENT_FILTERED -> StopReason.WITHHELD;
            case MALFORMED_MODEL_OUTPUT, MALFORMED_TOOL_USE, UNKNOWN_TO_SDK_VERSION -> StopReason.OTHER;
        };
    }
}
