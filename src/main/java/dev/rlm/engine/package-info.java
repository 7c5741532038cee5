/**
 * The Recursive Language Model algorithm (arXiv 2512.24601): a root model writes code against a context held in a REPL,
 * the code asks sub-models about slices, the final value is computed. Knows no framework, provider or protocol.
 */
@NullMarked
package dev.rlm.engine;

import org.jspecify.annotations.NullMarked;
