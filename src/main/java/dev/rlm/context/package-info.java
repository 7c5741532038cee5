/**
 * Contexts: the inputs that questions are asked about. Loads them from text, files, folders and archives, and keeps them\n * in a content-addressed store; knows nothing of models, sandboxes or tasks.
 */
@NullMarked
package dev.rlm.context;

import org.jspecify.annotations.NullMarked;
