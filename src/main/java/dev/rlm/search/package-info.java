/**
 * Linear-time regular-expression search over texts of any size, shared by the server and the sandbox worker, which needs
 * RE2/J and nothing else; {@link dev.rlm.search.TextLocator}, which finds what of a text stands in others; and search by
 * words, in {@link dev.rlm.search.passages}.
 *
 * <p>RE2/J says what a pattern means and where a match starts and ends, but reads slowly. So an {@code Automaton}, built
 * from the pattern's {@code Syntax} by way of its {@code Program} as far as the text needs it, finds the places where there
 * are matches, and RE2/J looks only there. Where every match starts with the same literal, the search leaps from one such
 * place to the next. What the reader of patterns does not understand, and patterns for which the automaton would get too
 * large, are left to RE2/J alone.
 */
@NullMarked
package dev.rlm.search;

import org.jspecify.annotations.NullMarked;
