/**
 * Questions as tasks: submitted, queued, run, watched and cancelled.
 */
@NullMarked
package dev.rlm.task;

import org.jspecify.annotations.NullMarked;
