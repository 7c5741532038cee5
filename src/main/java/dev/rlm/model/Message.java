package dev.rlm.model;

import java.util.List;
import java.util.stream.Stream;

/** One message of a conversation. */
public sealed interface Message {

    /** All its texts, the arguments of tool calls included, in their order. */
    default Stream<String> texts() {
        return switch (this) {
            case User user -> Stream.of(user.text());
            case Assistant assistant ->
                Stream.concat(
                        Stream.of(assistant.text()),
                        assistant.toolCalls().stream().map(ToolCall::argumentsJson));
            case ToolResults results ->
                Stream.concat(results.results().stream().map(ToolResult::text), Stream.of(results.text()));
        };
    }

    /**
     * What the user, or the program on the user's behalf, says.
     *
     * @param text the text
     * @param images what is shown with it, before the text; only to models with {@link Ability#IMAGES}
     */
    record User(String text, List<Image> images) implements Message {
        public User {
            images = List.copyOf(images);
        }

        /** A text without images. */
        public User(String text) {
            this(text, List.of());
        }
    }

    /** What the model said: text, tool calls or both. */
    record Assistant(String text, List<ToolCall> toolCalls) implements Message {
        public Assistant {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /**
     * The results of the tool calls in the assistant message before, in the same order, optionally followed by text of
     * the user in the same message.
     */
    record ToolResults(List<ToolResult> results, String text) implements Message {
        public ToolResults {
            results = List.copyOf(results);
        }
    }
}
