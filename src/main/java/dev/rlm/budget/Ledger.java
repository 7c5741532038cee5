package dev.rlm.budget;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Enforces a {@link Budget}: every model call reserves what it may use before it is made, and then either settles what it
 * did use or refunds the reservation. A limit that is reached in the middle of a batch refuses new calls and leaves the
 * running ones alone.
 *
 * <p>Thread-safe. The time limit starts when the ledger is made, or when the run started that is taken up again.
 */
public final class Ledger {

    private final Budget budget;
    private final Clock clock;
    private final Instant deadline;

    private Spending spent = Spending.NONE;
    private int turnsReserved;
    private int subCallsReserved;
    private BigDecimal usdReserved = BigDecimal.ZERO;

    /** A ledger with nothing spent whose time starts now. */
    public Ledger(Budget budget, Clock clock) {
        this(budget, clock, clock.instant());
    }

    /** A ledger with nothing spent whose time started then. */
    public Ledger(Budget budget, Clock clock, Instant started) {
        this.budget = budget;
        this.clock = clock;
        this.deadline = started.plus(budget.time());
    }

    /**
     * Counts what a run that is taken up again has spent before, without asking whether the limits allow it. To be called
     * once, before anything is reserved.
     */
    public synchronized void spentBefore(Spending before) {
        spent = before;
    }

    /** The limits. */
    public Budget budget() {
        return budget;
    }

    /** When the time is up. */
    public Instant deadline() {
        return deadline;
    }

    /** The deadline of a call that should end at this time: this time, or the ledger's deadline if that is earlier. */
    public Instant deadlineOf(Instant callDeadline) {
        return callDeadline.isBefore(deadline) ? callDeadline : deadline;
    }

    /** How much time is left, never negative. */
    public Duration timeLeft() {
        Duration left = Duration.between(clock.instant(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What was settled so far. */
    public synchronized Spending spent() {
        return spent;
    }

    /** How many turns may still be started. */
    public synchronized int turnsLeft() {
        return budget.turns() - spent.turns() - turnsReserved;
    }

    /** How many sub-calls may still be started. */
    public synchronized int subCallsLeft() {
        return budget.subCalls() - spent.subCalls() - subCallsReserved;
    }

    /** What to say when there are no sub-calls left. */
    public String noSubCallsLeft() {
        return "The limit of " + budget.subCalls() + " sub-calls is reached.";
    }

    /**
     * Requires that some time is left.
     *
     * @throws BudgetExceededException if less is left
     */
    public void requireTime(Duration least) throws BudgetExceededException {
        if (timeLeft().compareTo(least) < 0) {
            throw new BudgetExceededException(
                    "The time limit of " + budget.time().toSeconds() + " s is reached.");
        }
    }

    /** How many US dollars are neither spent nor reserved, never negative; null without such a limit. */
    public synchronized @Nullable BigDecimal usdLeft() {
        return budget.usd() == null ? null : budget.usd().subtract(usdTaken()).max(BigDecimal.ZERO);
    }

    /**
     * Reserves a call of the root model.
     *
     * @param usd what it will cost about, or null if unknown
     * @throws BudgetExceededException if turns, money or time do not allow it
     */
    public synchronized Reservation reserveTurn(@Nullable BigDecimal usd) throws BudgetExceededException {
        if (turnsLeft() <= 0) {
            throw new BudgetExceededException("The limit of " + budget.turns() + " turns is reached.");
        }
        return reserve(Kind.TURN, usd);
    }

    /**
     * Reserves a sub-call.
     *
     * @param usd what it will cost about, or null if unknown
     * @throws BudgetExceededException if sub-calls, money or time do not allow it
     */
    public synchronized Reservation reserveSubCall(@Nullable BigDecimal usd) throws BudgetExceededException {
        if (subCallsLeft() <= 0) {
            throw new BudgetExceededException(noSubCallsLeft());
        }
        return reserve(Kind.SUB_CALL, usd);
    }

    private Reservation reserve(Kind kind, @Nullable BigDecimal estimate) throws BudgetExceededException {
        requireTime(Duration.ofNanos(1));
        BigDecimal usd = estimate == null ? BigDecimal.ZERO : estimate;
        if (budget.usd() != null && usdTaken().add(usd).compareTo(budget.usd()) > 0) {
            throw new BudgetExceededException(
                    "The cost limit of " + budget.usd().toPlainString() + " USD does not allow another call: "
                            + usdTaken().stripTrailingZeros().toPlainString() + " USD are spent or reserved.");
        }
        usdReserved = usdReserved.add(usd);
        switch (kind) {
            case TURN -> turnsReserved++;
            case SUB_CALL -> subCallsReserved++;
        }
        return new Reservation(kind, usd);
    }

    private BigDecimal usdTaken() {
        BigDecimal usd = spent.total().usd();
        return usd == null ? usdReserved : usd.add(usdReserved);
    }

    private enum Kind {
        TURN,
        SUB_CALL
    }

    /** The right to make one call. Ends with the first {@link #settle} or {@link #refund}; later ones do nothing. */
    public final class Reservation {
        private final Kind kind;
        private final BigDecimal usd;
        private boolean open = true;

        private Reservation(Kind kind, BigDecimal usd) {
            this.kind = kind;
            this.usd = usd;
        }

        /** The call was answered and used this. */
        public void settle(Charge charge) {
            synchronized (Ledger.this) {
                if (release()) {
                    spent = switch (kind) {
                        case TURN -> spent.withTurn(charge);
                        case SUB_CALL -> spent.withSubCall(charge);
                    };
                }
            }
        }

        /** The call was not made, or failed at no cost. */
        public void refund() {
            synchronized (Ledger.this) {
                release();
            }
        }

        private boolean release() {
            if (!open) {
                return false;
            }
            open = false;
            usdReserved = usdReserved.subtract(usd);
            switch (kind) {
                case TURN -> turnsReserved--;
                case SUB_CALL -> subCallsReserved--;
            }
            return true;
        }
    }
}
