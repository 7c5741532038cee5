/**
 * Language models: one blocking call from a conversation to a reply, the catalog of what is known about models, and the
 * policies that every provider shares (retries, limits on calls in flight).
 */
@NullMarked
package dev.rlm.model;

import org.jspecify.annotations.NullMarked;
