package dev.rlm.model;

/**
 * A tool offered to a model.
 *
 * @param name the tool's name
 * @param description what it does and when to use it
 * @param inputSchemaJson a JSON Schema object for its arguments
 */
public record Tool(String name, String description, String inputSchemaJson) {}
