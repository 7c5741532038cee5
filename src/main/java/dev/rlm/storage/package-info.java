/**
 * Objects under keys, written whole or not at all, in a folder or elsewhere: where contexts and results are kept. Knows
 * nothing of what the objects are.
 */
@NullMarked
package dev.rlm.storage;

import org.jspecify.annotations.NullMarked;
