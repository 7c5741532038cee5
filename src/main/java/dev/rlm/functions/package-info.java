/**
 * Functions of other servers that the code of a task may call, as the operator allows. The engine knows them by {@link
 * dev.rlm.functions.ForeignFunctions}, and not how they are reached.
 */
@NullMarked
package dev.rlm.functions;

import org.jspecify.annotations.NullMarked;
