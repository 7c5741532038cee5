/**
 * Contexts: the inputs that questions are asked about. Loads them from text, files, folders and archives, keeps them in
 * a content-addressed store, and reads and searches them; knows nothing of models, sandboxes or tasks.
 */
@NullMarked
package dev.rlm.context;

import org.jspecify.annotations.NullMarked;
