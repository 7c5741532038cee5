/**
 * The frames that the server and a sandbox worker exchange over the standard input and output of the worker.
 */
@NullMarked
package dev.rlm.sandbox.protocol;

import org.jspecify.annotations.NullMarked;
