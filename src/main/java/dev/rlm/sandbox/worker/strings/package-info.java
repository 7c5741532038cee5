/**
 * What Truffle does with the characters of strings, at the speed of memory. Truffle has loops that take one character at
 * a time, for the Graal compiler to replace; a JVM without that compiler runs them as they stand. On such a JVM this package puts
 * methods of the JDK, which any JVM compiles to vector instructions, in front of those loops.
 */
@NullMarked
package dev.rlm.sandbox.worker.strings;

import org.jspecify.annotations.NullMarked;
