/**
 * Linear-time regular-expression search over texts of any size, shared by the server and the sandbox worker. Needs RE2/J
 * and nothing else.
 */
@NullMarked
package dev.rlm.search;

import org.jspecify.annotations.NullMarked;
