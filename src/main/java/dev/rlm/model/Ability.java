package dev.rlm.model;

/** What a model can do beyond answering text with text. */
public enum Ability {
    /** Calls tools. */
    TOOLS,
    /** Reads a repeated prompt prefix from a cache at a lower price. */
    PROMPT_CACHE,
    /** Reads images. */
    IMAGES,
    /** Answers by a JSON schema. */
    STRUCTURED_OUTPUT,
    /** Thinks before it answers; the thinking counts as output tokens. */
    REASONING
}
