package dev.rlm.budget;

import dev.rlm.budget.Budget.TokenLimits;
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
 * <p>Ledgers form a tree: one of a child question has limits of its own and draws on its parent too, so that a limit
 * holds for everything below it. For the parent all calls of a child, also those of the child's root model, are sub-calls.
 *
 * <p>Thread-safe. Reserving is atomic over all levels.
 */
public final class Ledger {

    private final @Nullable Ledger parent;
    private final Budget budget;
    private final Clock clock;
    private final Instant deadline;
    private final CallSlots slots;

    /** Guards the numbers of the whole tree. */
    private final Object lock;

    private Spending spent = Spending.NONE;
    private int turnsReserved;
    private int subCallsReserved;
    private Charge reserved = Charge.NONE;

    /** A ledger with nothing spent whose time starts now. */
    public Ledger(Budget budget, Clock clock) {
        this(budget, clock, clock.instant());
    }

    /**
     * Counts what a run that is taken up again has spent before, whatever the limits say. To be called once, before
     * anything is reserved; what a child has spent is part of what its parent has.
     */
    public void spentBefore(Spending before) {
        synchronized (lock) {
            spent = before;
        }
    }

    /** A ledger with nothing spent whose time has started at some moment, as that of a question that is resumed. */
    public Ledger(Budget budget, Clock clock, Instant start) {
        this(null, budget, clock, start.plus(budget.time()), new Object());
    }

    private Ledger(@Nullable Ledger parent, Budget budget, Clock clock, Instant deadline, Object lock) {
        this.parent = parent;
        this.budget = budget;
        this.clock = clock;
        this.deadline = deadline;
        this.slots = new CallSlots(parent == null ? null : parent.slots, budget.inFlight());
        this.lock = lock;
    }

    /**
     * A ledger for a child question, whose time starts now. What it spends counts here too.
     *
     * @param limits the child's own limits; it has no more levels below it than are left here
     * @throws BudgetExceededException if no level is left
     */
    public Ledger child(Budget limits) throws BudgetExceededException {
        if (budget.depth() == 0) {
            throw new BudgetExceededException("There is no level left for a child question: the depth is limited.");
        }
        Budget allowed = new Budget(
                limits.turns(),
                limits.subCalls(),
                limits.tokens(),
                limits.usd(),
                limits.time(),
                Math.min(limits.depth(), budget.depth() - 1),
                limits.inFlight());
        return new Ledger(this, allowed, clock, deadlineOf(clock.instant().plus(limits.time())), lock);
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

    /** What was settled so far, by children too. */
    public Spending spent() {
        synchronized (lock) {
            return spent;
        }
    }

    /** How many turns may still be started. */
    public int turnsLeft() {
        synchronized (lock) {
            int left = budget.turns() - spent.turns() - turnsReserved;
            return parent == null ? left : Math.min(left, parent.subCallsLeft());
        }
    }

    /** How many sub-calls may still be started. */
    public int subCallsLeft() {
        synchronized (lock) {
            int left = budget.subCalls() - spent.subCalls() - subCallsReserved;
            return parent == null ? left : Math.min(left, parent.subCallsLeft());
        }
    }

    /** What to say when there are no sub-calls left. */
    public String noSubCallsLeft() {
        return "The limit of " + budget.subCalls() + " sub-calls is reached.";
    }

    /** How many US dollars are neither spent nor reserved, never negative; null without such a limit. */
    public @Nullable BigDecimal usdLeft() {
        synchronized (lock) {
            BigDecimal above = parent == null ? null : parent.usdLeft();
            if (budget.usd() == null) {
                return above;
            }
            BigDecimal left = budget.usd().subtract(usdTaken()).max(BigDecimal.ZERO);
            return above == null ? left : left.min(above);
        }
    }

    /** How many tokens of each kind are neither spent nor reserved, never negative; null without such a limit. */
    public TokensLeft tokensLeft() {
        synchronized (lock) {
            TokenLimits limits = budget.tokens();
            Charge taken = spent.total().plus(reserved);
            TokensLeft left = new TokensLeft(
                    left(limits.input(), taken.inputTokens()),
                    left(limits.output(), taken.outputTokens()),
                    left(limits.cached(), taken.cachedTokens()));
            return parent == null ? left : left.least(parent.tokensLeft());
        }
    }

    private static @Nullable Long left(@Nullable Long limit, long taken) {
        return limit == null ? null : (Long) Math.max(0, limit - taken);
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

    /**
     * Waits until fewer calls than the limits allow are under way, here and above.
     *
     * @return the call's place, to be closed when the call has ended
     */
    public Slot awaitSlot() throws InterruptedException {
        return slots.await();
    }

    /** A place among the calls that are under way. Close it once. */
    @FunctionalInterface
    public interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Reserves a call of the root model.
     *
     * @throws BudgetExceededException if turns, tokens, money or time do not allow it, here or above
     */
    public Reservation reserveTurn(Estimate estimate) throws BudgetExceededException {
        return reserve(Kind.TURN, estimate);
    }

    /**
     * Reserves a sub-call.
     *
     * @throws BudgetExceededException if sub-calls, tokens, money or time do not allow it, here or above
     */
    public Reservation reserveSubCall(Estimate estimate) throws BudgetExceededException {
        return reserve(Kind.SUB_CALL, estimate);
    }

    /**
     * Reserves a call of the root model beside its turns. It counts as no turn here, and as a sub-call above; whoever makes it
     * gives it a deadline, which may be the {@link #lastDeadline}.
     *
     * @throws BudgetExceededException if tokens or money do not allow it, here or above, or sub-calls or time above
     */
    public Reservation reserveBeside(Estimate estimate) throws BudgetExceededException {
        return reserve(Kind.BESIDE, estimate);
    }

    /**
     * Until when a call may take that only rescues what there is when the time is up: a tenth of the time limit longer, but
     * not longer than this. A child's time is a part of its parent's and does not grow.
     */
    public Instant lastDeadline(Duration most) {
        Duration tenth = budget.time().dividedBy(10);
        return parent == null ? deadline.plus(tenth.compareTo(most) < 0 ? tenth : most) : deadline;
    }

    private Reservation reserve(Kind kind, Estimate estimate) throws BudgetExceededException {
        synchronized (lock) {
            requireRoom(kind, estimate);
            take(kind, estimate.charge());
        }
        return new Reservation(kind, estimate.charge());
    }

    private void requireRoom(Kind kind, Estimate estimate) throws BudgetExceededException {
        if (kind == Kind.TURN && budget.turns() - spent.turns() - turnsReserved <= 0) {
            throw new BudgetExceededException("The limit of " + budget.turns() + " turns is reached.");
        }
        if (kind == Kind.SUB_CALL && budget.subCalls() - spent.subCalls() - subCallsReserved <= 0) {
            throw new BudgetExceededException(noSubCallsLeft());
        }
        if (kind != Kind.BESIDE) {
            requireTime(Duration.ofNanos(1));
        }
        Charge taken = spent.total().plus(reserved);
        TokenLimits limits = budget.tokens();
        requireTokens("input", limits.input(), taken.inputTokens(), estimate.inputTokens());
        requireTokens("output", limits.output(), taken.outputTokens(), estimate.outputTokens());
        requireTokens("cached", limits.cached(), taken.cachedTokens(), 0);
        requireMoney(estimate);
        if (parent != null) {
            parent.requireRoom(Kind.SUB_CALL, estimate);
        }
    }

    private static void requireTokens(String kind, @Nullable Long limit, long taken, long wanted)
            throws BudgetExceededException {
        if (limit != null && (taken >= limit || taken + wanted > limit)) {
            throw new BudgetExceededException("The limit of " + limit + " " + kind
                    + " tokens does not allow another call: " + taken + " are used or reserved.");
        }
    }

    private void requireMoney(Estimate estimate) throws BudgetExceededException {
        BigDecimal usd = estimate.charge().usd();
        if (budget.usd() != null && usd != null && usdTaken().add(usd).compareTo(budget.usd()) > 0) {
            throw new BudgetExceededException(
                    "The cost limit of " + budget.usd().toPlainString() + " USD does not allow another call: "
                            + usdTaken().stripTrailingZeros().toPlainString() + " USD are spent or reserved.");
        }
    }

    private BigDecimal usdTaken() {
        BigDecimal usd = spent.total().usd();
        BigDecimal open = reserved.usd() == null ? BigDecimal.ZERO : reserved.usd();
        return usd == null ? open : usd.add(open);
    }

    private void take(Kind kind, Charge charge) {
        reserved = reserved.plus(charge);
        addReserved(kind, 1);
        if (parent != null) {
            parent.take(Kind.SUB_CALL, charge);
        }
    }

    private void giveBack(Kind kind, Charge charge) {
        reserved = reserved.minus(charge);
        addReserved(kind, -1);
        if (parent != null) {
            parent.giveBack(Kind.SUB_CALL, charge);
        }
    }

    private void addReserved(Kind kind, int calls) {
        switch (kind) {
            case TURN -> turnsReserved += calls;
            case SUB_CALL -> subCallsReserved += calls;
            case BESIDE -> {}
        }
    }

    private void spend(Kind kind, Charge charge) {
        spent = switch (kind) {
            case TURN -> spent.withTurn(charge);
            case SUB_CALL -> spent.withSubCall(charge);
            case BESIDE -> spent.withCallBeside(charge);
        };
        if (parent != null) {
            parent.spend(Kind.SUB_CALL, charge);
        }
    }

    private enum Kind {
        TURN,
        SUB_CALL,
        BESIDE
    }

    /** The right to make one call. Ends with the first {@link #settle} or {@link #refund}; later ones do nothing. */
    public final class Reservation {
        private final Kind kind;
        private final Charge charge;
        private boolean open = true;

        private Reservation(Kind kind, Charge charge) {
            this.kind = kind;
            this.charge = charge;
        }

        /** The call was answered and used this. */
        public void settle(Charge used) {
            synchronized (lock) {
                if (release()) {
                    spend(kind, used);
                }
            }
        }

        /** The call was not made, or failed at no cost. */
        public void refund() {
            synchronized (lock) {
                release();
            }
        }

        private boolean release() {
            if (!open) {
                return false;
            }
            open = false;
            giveBack(kind, charge);
            return true;
        }
    }
}
