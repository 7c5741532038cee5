/**
 * A scripted model served over real HTTP, for the demo, tests and benchmarks.
 */
@NullMarked
package dev.rlm.model.script;

import org.jspecify.annotations.NullMarked;
