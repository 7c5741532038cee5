/**
 * Configuration and construction: every configuration key, and how the parts are built from them.
 */
@NullMarked
package dev.rlm.wiring;

import org.jspecify.annotations.NullMarked;
