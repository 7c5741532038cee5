/**
 * The abuse suite: cells that try to break out of the sandbox, to exhaust it or to spoil it, and the proof after each
 * that nothing came of it. The cells are in the resources of this package, one file for each family.
 */
package dev.rlm.sandbox.abuse;
