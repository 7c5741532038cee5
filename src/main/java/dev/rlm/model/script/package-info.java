/**
 * A scripted model served over real HTTP, for the demo, tests and benchmarks: rules say which request gets which reply,
 * in the wire format of OpenAI's chat completions.
 */
@NullMarked
package dev.rlm.model.script;

import org.jspecify.annotations.NullMarked;
