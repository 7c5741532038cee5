/** Recursive Language Models as a server; {@link dev.rlm.Main} starts the executable. */
@NullMarked
package dev.rlm;

import org.jspecify.annotations.NullMarked;
