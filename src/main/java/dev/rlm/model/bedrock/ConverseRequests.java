package dev.rlm.model.bedrock;

import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Tool;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ImageSource;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.JsonSchemaDefinition;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatStructure;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultStatus;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;

/** Writes requests of the Converse operation. */
final class ConverseRequests {

    /** Bedrock refuses blank text, which models and programs do produce. */
    private static final String BLANK = "(empty)";

    private static final CachePointBlock CACHE_POINT =
            CachePointBlock.builder().type(CachePointType.DEFAULT).build();

    /** The point that the last call wrote, to read it again, and the one that the next call will read. */
    private static final int CACHED_USER_MESSAGES = 2;

    /** Consecutive messages of one side are one message to Converse, which wants the sides to alternate. */
    private record Turn(ConversationRole role, List<ContentBlock> content) {}

    private final ModelId id;
    private final InferenceParameters parameters;
    private final boolean promptCache;

    ConverseRequests(ModelId id, InferenceParameters parameters, boolean promptCache) {
        this.id = id;
        this.parameters = parameters;
        this.promptCache = promptCache;
    }

    ConverseRequest of(ModelRequest request) throws ModelException {
        ConverseRequest.Builder converse = ConverseRequest.builder().modelId(id.name());
        if (!request.system().isBlank()) {
            converse.system(system(request.system()));
        }
        List<Turn> turns = turns(request.messages());
        if (promptCache) {
            markForCache(turns);
        }
        converse.messages(turns.stream()
                .map(turn -> software.amazon.awssdk.services.bedrockruntime.model.Message.builder()
                        .role(turn.role())
                        .content(turn.content())
                        .build())
                .toList());
        if (!request.tools().isEmpty()) {
            converse.toolConfig(tools(request.tools()));
        }
        if (request.replySchema() != null) {
            converse.outputConfig(output(request.replySchema()));
        }
        if (!parameters.equals(InferenceParameters.NONE)) {
            converse.inferenceConfig(inference());
        }
        return converse.build();
    }

    /** The same request for a reply that comes in pieces. */
    static ConverseStreamRequest streamed(ConverseRequest converse) {
        ConverseStreamRequest.Builder stream = ConverseStreamRequest.builder()
                .modelId(converse.modelId())
                .messages(converse.messages())
                .toolConfig(converse.toolConfig())
                .outputConfig(converse.outputConfig())
                .inferenceConfig(converse.inferenceConfig());
        return converse.hasSystem() ? stream.system(converse.system()).build() : stream.build();
    }

    private List<SystemContentBlock> system(String prompt) {
        SystemContentBlock text = SystemContentBlock.fromText(sendable(prompt));
        return promptCache ? List.of(text, SystemContentBlock.fromCachePoint(CACHE_POINT)) : List.of(text);
    }

    private static List<Turn> turns(List<Message> messages) throws ModelException {
        List<Turn> turns = new ArrayList<>();
        for (Message message : messages) {
            ConversationRole role =
                    message instanceof Message.Assistant ? ConversationRole.ASSISTANT : ConversationRole.USER;
            if (turns.isEmpty() || turns.getLast().role() != role) {
                turns.add(new Turn(role, new ArrayList<>()));
            }
            turns.getLast().content().addAll(content(message));
        }
        return turns;
    }

    private static List<ContentBlock> content(Message message) throws ModelException {
        List<ContentBlock> content = new ArrayList<>();
        switch (message) {
            case Message.User user -> {
                for (Image image : user.images()) {
                    content.add(image(image));
                }
                content.add(text(user.text()));
            }
            case Message.Assistant assistant -> {
                if (!assistant.text().isBlank() || assistant.toolCalls().isEmpty()) {
                    content.add(text(assistant.text()));
                }
                assistant.toolCalls().forEach(call -> content.add(toolUse(call)));
            }
            case Message.ToolResults results -> {
                results.results().forEach(result -> content.add(toolResult(result)));
                if (!results.text().isBlank() || results.results().isEmpty()) {
                    content.add(text(results.text()));
                }
            }
        }
        return content;
    }

    private static void markForCache(List<Turn> turns) {
        if (turns.size() < 2) {
            return;
        }
        int marked = 0;
        for (int i = turns.size() - 1; i >= 0 && marked < CACHED_USER_MESSAGES; i--) {
            if (turns.get(i).role() == ConversationRole.USER) {
                turns.get(i).content().add(ContentBlock.fromCachePoint(CACHE_POINT));
                marked++;
            }
        }
    }

    private static ContentBlock image(Image image) throws ModelException {
        SdkBytes content = SdkBytes.fromByteArrayUnsafe(image.content());
        return ContentBlock.fromImage(block -> block.format(image.format()).source(ImageSource.fromBytes(content)));
    }

    private static ContentBlock text(String text) {
        return ContentBlock.fromText(sendable(text));
    }

    /** Not blank, and without half surrogate pairs, which sliced texts can hold and the SDK cannot write. */
    private static String sendable(String text) {
        return text.isBlank() ? BLANK : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static ContentBlock toolUse(ToolCall call) {
        // What a model wrote may be malformed; it is shown to it again as it was.
        Document input = JsonDocuments.parse(call.argumentsJson())
                .filter(Document::isMap)
                .orElseGet(() -> Document.mapBuilder()
                        .putString("malformed", call.argumentsJson())
                        .build());
        return ContentBlock.fromToolUse(
                block -> block.toolUseId(call.id()).name(call.name()).input(input));
    }

    private static ContentBlock toolResult(ToolResult result) {
        ToolResultContentBlock content = ToolResultContentBlock.fromText(sendable(result.text()));
        ToolResultBlock.Builder block =
                ToolResultBlock.builder().toolUseId(result.callId()).content(content);
        if (result.isError()) {
            block.status(ToolResultStatus.ERROR);
        }
        return ContentBlock.fromToolResult(block.build());
    }

    private static ToolConfiguration tools(List<Tool> tools) throws ModelException {
        List<software.amazon.awssdk.services.bedrockruntime.model.Tool> specifications = new ArrayList<>();
        for (Tool tool : tools) {
            Document schema = JsonDocuments.parse(tool.inputSchemaJson())
                    .orElseThrow(() -> new ModelException(
                            ModelException.Kind.REFUSED,
                            "The input schema of the tool '" + tool.name() + "' is not JSON."));
            specifications.add(
                    software.amazon.awssdk.services.bedrockruntime.model.Tool.fromToolSpec(ToolSpecification.builder()
                            .name(tool.name())
                            .description(tool.description())
                            .inputSchema(ToolInputSchema.fromJson(schema))
                            .build()));
        }
        return ToolConfiguration.builder().tools(specifications).build();
    }

    private static OutputConfig output(String schema) {
        return OutputConfig.builder()
                .textFormat(format -> format.type(OutputFormatType.JSON_SCHEMA)
                        .structure(OutputFormatStructure.fromJsonSchema(JsonSchemaDefinition.builder()
                                .name("reply")
                                .schema(schema)
                                .build())))
                .build();
    }

    private InferenceConfiguration inference() {
        InferenceConfiguration.Builder inference = InferenceConfiguration.builder();
        if (parameters.temperature() != null) {
            inference.temperature(parameters.temperature().floatValue());
        }
        if (parameters.topP() != null) {
            inference.topP(parameters.topP().floatValue());
        }
        if (parameters.maxTokens() != null) {
            inference.maxTokens(parameters.maxTokens());
        }
        return inference.build();
    }
}
