/**
 * The version 2026-07-28 of the Model Context Protocol, and its extension for tasks, at the same address as the older
 * versions: no handshake, no sessions, everything that a request needs in the request. Written by us because the library that
 * speaks the older versions does not speak this one yet; nothing else depends on it, so that it can be deleted when the library
 * does.
 */
@NullMarked
package dev.rlm.mcp.stateless;

import org.jspecify.annotations.NullMarked;
