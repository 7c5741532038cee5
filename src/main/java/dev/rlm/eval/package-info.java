/**
 * Questions with known answers: items, how answers to them are scored, and the report of an evaluation.
 */
@NullMarked
package dev.rlm.eval;

import org.jspecify.annotations.NullMarked;
