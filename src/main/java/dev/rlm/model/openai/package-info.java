/**
 * Models behind any OpenAI-compatible chat-completions endpoint.
 */
@NullMarked
package dev.rlm.model.openai;

import org.jspecify.annotations.NullMarked;
