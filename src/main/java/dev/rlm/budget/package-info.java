/**
 * Budgets: the limits of a question and the ledger that enforces them.
 */
@NullMarked
package dev.rlm.budget;

import org.jspecify.annotations.NullMarked;
