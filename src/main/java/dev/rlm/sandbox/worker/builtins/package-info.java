/**
 * Faster implementations of functions of Python's standard library, under the same names and with the same results. They
 * work on the interpreter's own objects, so this is the one package that knows the insides of GraalPy; {@code faster.py}
 * puts them in their places. Each takes what it is sure to do as Python does, and declines everything else, which then goes
 * the usual way.
 */
@NullMarked
package dev.rlm.sandbox.worker.builtins;

import org.jspecify.annotations.NullMarked;
