/**
 * JSON Schemas of callers, and what a JSON value lacks to fit one. Both sides are untrusted: nothing is fetched, and a
 * check is bounded in steps, depth and what it tells.
 */
@NullMarked
package dev.rlm.schema;

import org.jspecify.annotations.NullMarked;
