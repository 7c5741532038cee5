package dev.rlm.sandbox;

import java.util.List;

/**
 * Prompts of one call whose replies must fit a schema.
 *
 * @param texts the prompts, at least one
 * @param schema the JSON Schema as the code gave it, not to be trusted
 */
public record TypedPrompts(List<String> texts, String schema) {

    public TypedPrompts {
        texts = List.copyOf(texts);
    }

    /**
     * Texts that are the same for equal prompts with the same schema, and never the same as those of others, as a prompt
     * without a schema or a {@link ChildQuestion#identity}, but for one made to be.
     */
    public List<String> identities() {
        return texts.stream()
                .map(text -> "typed sub-call\0" + schema + '\0' + text)
                .toList();
    }
}
