package dev.rlm.model;

/**
 * A model's id as users write it: {@code provider:name}. The name may itself contain colons, as Bedrock's do. The provider
 * {@code client} may stand alone.
 *
 * @param provider which kind of endpoint serves it: {@code bedrock}, {@code openai}, {@code client}
 * @param name the id that the provider knows the model by; empty if the provider chooses
 */
public record ModelId(String provider, String name) {

    /**
     * Parses {@code provider:name}.
     *
     * @throws IllegalArgumentException with a sentence for users if the text has no provider or no name
     */
    public static ModelId parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equals(ClientModels.PROVIDER)) {
            return new ModelId(trimmed, "");
        }
        int colon = trimmed.indexOf(':');
        if (colon <= 0 || colon == trimmed.length() - 1) {
            throw new IllegalArgumentException("'" + trimmed + "' is not a model id: write provider:name, such as "
                    + "bedrock:us.amazon.nova-pro-v1:0 or openai:gpt-5, or client for the model of an MCP client.");
        }
        return new ModelId(trimmed.substring(0, colon), trimmed.substring(colon + 1));
    }

    @Override
    public String toString() {
        return name.isEmpty() ? provider : provider + ":" + name;
    }
}
