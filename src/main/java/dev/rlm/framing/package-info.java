/**
 * How messages are told apart in a stream of bytes: as lines, and as server-sent events; bounded, whatever comes.
 */
@NullMarked
package dev.rlm.framing;

import org.jspecify.annotations.NullMarked;
