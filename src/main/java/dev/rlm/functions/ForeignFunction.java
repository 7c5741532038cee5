package dev.rlm.functions;

/**
 * A function of another server. What the server says of it is bounded, and not to be trusted.
 *
 * @param name a Python identifier, unlike that of any other function
 * @param description what it does, in the server's words; may be empty
 * @param schema the JSON Schema of its arguments, a JSON object
 */
public record ForeignFunction(String name, String description, String schema) {}
