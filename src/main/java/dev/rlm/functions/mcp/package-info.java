/**
 * Functions that are tools of MCP servers: a small client of the Model Context Protocol, over Streamable HTTP and over the
 * streams of a process. Plain blocking code; all that a server sends is bounded before it is taken in.
 */
@NullMarked
package dev.rlm.functions.mcp;

import org.jspecify.annotations.NullMarked;
