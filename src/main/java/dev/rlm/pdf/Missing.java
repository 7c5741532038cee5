package dev.rlm.pdf;

/**
 * A page, or its image, that cannot be had.
 *
 * @param reason why, without a verb or a number, so that it can stand for many pages, as in "damaged"
 */
public record Missing(String reason) implements PageText, PageImage {}
