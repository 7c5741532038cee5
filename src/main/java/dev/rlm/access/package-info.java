/**
 * Who calls, and what it may do: API keys, bearer tokens, a front that authenticates, and how often each caller may call.
 */
@NullMarked
package dev.rlm.access;

import org.jspecify.annotations.NullMarked;
