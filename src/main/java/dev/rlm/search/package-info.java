/**
 * Linear-time regular-expression search over texts of any size, shared by the server and the sandbox worker.
 */
@NullMarked
package dev.rlm.search;

import org.jspecify.annotations.NullMarked;
