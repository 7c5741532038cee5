/**
 * The sandbox worker: a child process that runs model-written Python in GraalPy with every access denied.
 */
@NullMarked
package dev.rlm.sandbox.worker;

import org.jspecify.annotations.NullMarked;
