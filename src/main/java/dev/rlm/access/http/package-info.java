/**
 * Tells callers apart at the HTTP layer, before anything else sees a request: credentials, refusals with their challenges,
 * and the metadata by which clients find out where to get tokens.
 */
@NullMarked
package dev.rlm.access.http;

import org.jspecify.annotations.NullMarked;
