package dev.rlm.sandbox;

/**
 * Something that does not confine workers here.
 *
 * @param layer which layer of the confinement it belongs to
 * @param what what does not hold: words that go on after "missing:"
 * @param advice what can be done about it, as a sentence
 */
public record Gap(Layer layer, String what, String advice) {}
