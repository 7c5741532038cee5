package dev.rlm.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The prompts of one call of {@code llm_query} or {@code llm_query_batched}, as the code of a cell gave them: not to be
 * trusted.
 *
 * @param texts the prompts, at least one
 * @param schema the JSON Schema that each reply must fit, or null if it may be any text
 * @param images for each prompt the numbers of the documents of the task's context whose images go with it; empty if no
 *     prompt has any
 * @param located what of the task's context each prompt holds, in order; empty if it is not known
 */
public record Prompts(
        List<String> texts, @Nullable String schema, List<List<Integer>> images, List<PromptParts> located) {

    public Prompts {
        texts = List.copyOf(texts);
        images = List.copyOf(images);
        located = List.copyOf(located);
    }

    /** Prompts whose replies may be any text. */
    public static Prompts of(List<String> texts) {
        return new Prompts(texts, null, List.of(), List.of());
    }

    /** Prompts whose replies must fit a schema. */
    public static Prompts typed(List<String> texts, String schema) {
        return new Prompts(texts, schema, List.of(), List.of());
    }

    /** These prompts, of which it is known what they hold. */
    public Prompts locatedAt(List<PromptParts> parts) {
        return new Prompts(texts, schema, images, parts);
    }

    /** These prompts with images. */
    public Prompts showing(List<List<Integer>> numbers) {
        return new Prompts(texts, schema, numbers, located);
    }

    /** The images of the prompt at a position. */
    public List<Integer> imagesOf(int position) {
        return images.isEmpty() ? List.of() : images.get(position);
    }

    /**
     * Texts that are the same for equal prompts with the same images and schema, and never the same as those of others, or a
     * {@link ChildQuestion#identity}, but for one made to be. That of a prompt with neither is the prompt.
     */
    public List<String> identities() {
        if (schema == null && images.isEmpty()) {
            return texts;
        }
        List<String> identities = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String shown = imagesOf(i).isEmpty()
                    ? ""
                    : imagesOf(i).stream().map(String::valueOf).collect(Collectors.joining(" ", "images ", "\0"));
            identities.add(shown + (schema == null ? "" : "typed sub-call\0" + schema + '\0') + texts.get(i));
        }
        return identities;
    }
}
