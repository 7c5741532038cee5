/**
 * The models of clients, by {@code sampling/createMessage} of the older versions of the protocol, in their sessions. The protocol
 * has given it up since 2026-07-28; so nothing else knows this package but the two places where requests come in and the wiring.
 */
@NullMarked
package dev.rlm.mcp.sampling;

import org.jspecify.annotations.NullMarked;
