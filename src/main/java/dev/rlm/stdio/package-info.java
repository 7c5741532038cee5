/**
 * MCP over standard input and output, for clients that start a command: a bridge to the Streamable HTTP endpoint of a
 * server, in the same process or elsewhere.
 */
@NullMarked
package dev.rlm.stdio;

import org.jspecify.annotations.NullMarked;
