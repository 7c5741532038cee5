package dev.rlm.sandbox;

/**
 * A value that ends a run.
 *
 * @param text the value as text: a string as it is, anything else as indented JSON where it has that form, else its repr
 * @param json the value as JSON; what JSON cannot hold (sets, dates, objects) is converted as closely as possible
 */
public record FinalValue(String text, String json) {}
