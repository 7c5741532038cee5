/**
 * The journal of a task: the only record of what happened, from which status, progress and trajectories are read.
 */
@NullMarked
package dev.rlm.journal;

import org.jspecify.annotations.NullMarked;
