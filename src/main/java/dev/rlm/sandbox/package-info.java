/**
 * Sandboxed Python: worker processes, the pool that keeps one warm, and the REPL of one task as the server sees it. The
 * server never loads the polyglot API; only {@code dev.rlm.sandbox.worker}, which runs in the child process, does.
 */
@NullMarked
package dev.rlm.sandbox;

import org.jspecify.annotations.NullMarked;
