package dev.rlm.sandbox;

import java.util.List;

/**
 * What a prompt holds of the task's context, found by content. As a worker tells it, which may lie.
 *
 * @param parts the parts, at most 64
 * @param complete whether these are all that was found
 */
public record PromptParts(List<ContextPart> parts, boolean complete) {

    public PromptParts {
        parts = List.copyOf(parts);
    }
}
