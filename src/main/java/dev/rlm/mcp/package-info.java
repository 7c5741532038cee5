/**
 * The Model Context Protocol server: tools for agents and IDE assistants.
 */
@NullMarked
package dev.rlm.mcp;

import org.jspecify.annotations.NullMarked;
