package dev.rlm.budget;

import static dev.rlm.budget.TrackedLedger.KINDS;
import static dev.rlm.budget.TrackedLedger.amounts;

import org.jspecify.annotations.Nullable;

/**
 * A call of which it is known in advance how it ends.
 *
 * @param from the ledger that it is reserved at
 * @param as what it is there
 * @param estimate what it is taken to use
 * @param used what it uses, or null if it is not made after all
 */
record TrackedCall(
        TrackedLedger from,
        As as,
        Estimate estimate,
        @Nullable Charge used) {

    enum As {
        TURN,
        SUB_CALL,
        BESIDE
    }

    Ledger.Reservation reserve() throws BudgetExceededException {
        return switch (as) {
            case TURN -> from.ledger.reserveTurn(estimate);
            case SUB_CALL -> from.ledger.reserveSubCall(estimate);
            case BESIDE -> from.ledger.reserveBeside(estimate);
        };
    }

    void end(Ledger.Reservation reservation) {
        if (used == null) {
            reservation.refund();
        } else {
            reservation.settle(used);
        }
    }

    boolean isTurnOf(TrackedLedger ledger) {
        return ledger == from && as == As.TURN;
    }

    boolean isSubCallOf(TrackedLedger ledger) {
        return ledger != from || as == As.SUB_CALL;
    }

    long[] estimated() {
        return amounts(estimate.charge());
    }

    /** What it uses more than was estimated. */
    long[] beyondEstimate() {
        long[] beyond = new long[KINDS];
        if (used != null) {
            long[] estimated = estimated();
            long[] amounts = amounts(used);
            for (int kind = 0; kind < KINDS; kind++) {
                beyond[kind] = Math.max(0, amounts[kind] - estimated[kind]);
            }
        }
        return beyond;
    }

    /** Whether no ledger from here up should refuse it. */
    boolean hasRoom() {
        return from.path().stream().allMatch(ledger -> ledger.hasRoom(this));
    }

    void admitted() {
        from.path().forEach(ledger -> ledger.admitted(this));
    }

    void ended() {
        from.path().forEach(ledger -> ledger.ended(this));
    }
}
