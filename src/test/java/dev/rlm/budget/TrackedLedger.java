package dev.rlm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of a tree, and what it must say after the calls that were made. Amounts are the tokens read, written and from
 * a cache, and cents.
 */
final class TrackedLedger {

    static final int KINDS = 4;
    private static final int CENTS = 3;
    private static final long UNLIMITED = Long.MAX_VALUE / 2;

    final @Nullable TrackedLedger parent;
    final Ledger ledger;
    final long[] limits;

    private final long[] spent = new long[KINDS];
    private final long[] spentOnRoot = new long[KINDS];
    private final long[] reserved = new long[KINDS];

    /** What the calls that ended since the last admission have used beyond their estimates. */
    private final long[] beyond = new long[KINDS];

    private int turnsTaken;
    private int turnsSpent;
    private int subCallsTaken;
    private int subCallsSpent;

    TrackedLedger(@Nullable TrackedLedger parent, Ledger ledger) {
        this.parent = parent;
        this.ledger = ledger;
        Budget budget = ledger.budget();
        limits = new long[] {
            limit(budget.tokens().input()),
            limit(budget.tokens().output()),
            limit(budget.tokens().cached()),
            budget.usd() == null ? UNLIMITED : cents(budget.usd())
        };
    }

    private static long limit(@Nullable Long tokens) {
        return tokens == null ? UNLIMITED : tokens;
    }

    /** This ledger and those above it. */
    List<TrackedLedger> path() {
        return Stream.iterate(this, each -> each != null, each -> each.parent).toList();
    }

    boolean hasRoom(TrackedCall call) {
        if ((call.isTurnOf(this) && turnsTaken >= ledger.budget().turns())
                || (call.isSubCallOf(this) && subCallsTaken >= ledger.budget().subCalls())) {
            return false;
        }
        long[] estimate = call.estimated();
        for (int kind = 0; kind < KINDS; kind++) {
            long taken = spent[kind] + reserved[kind];
            if (taken + estimate[kind] > limits[kind] || (kind != CENTS && taken >= limits[kind])) {
                return false;
            }
        }
        return true;
    }

    void admitted(TrackedCall call) {
        add(reserved, call.estimated(), 1);
        Arrays.fill(beyond, 0);
        turnsTaken += call.isTurnOf(this) ? 1 : 0;
        subCallsTaken += call.isSubCallOf(this) ? 1 : 0;
    }

    void ended(TrackedCall call) {
        add(reserved, call.estimated(), -1);
        add(beyond, call.beyondEstimate(), 1);
        Charge used = call.used();
        if (used == null) {
            turnsTaken -= call.isTurnOf(this) ? 1 : 0;
            subCallsTaken -= call.isSubCallOf(this) ? 1 : 0;
        } else {
            add(spent, amounts(used), 1);
            if (!call.isSubCallOf(this)) {
                add(spentOnRoot, amounts(used), 1);
            }
            turnsSpent += call.isTurnOf(this) ? 1 : 0;
            subCallsSpent += call.isSubCallOf(this) ? 1 : 0;
        }
    }

    long[] spentByLedger() {
        return amounts(ledger.spent().total());
    }

    /** Requires that limits are exceeded only by what calls used beyond their estimates since the last admission. */
    void requireLimits() {
        assertThat(turnsTaken).isLessThanOrEqualTo(ledger.budget().turns());
        assertThat(subCallsTaken).isLessThanOrEqualTo(ledger.budget().subCalls());
        for (int kind = 0; kind < KINDS; kind++) {
            assertThat(spent[kind] + reserved[kind]).isLessThanOrEqualTo(limits[kind] + beyond[kind]);
        }
    }

    /** Requires that the ledger says what was spent, and leaves what is neither spent nor reserved here and above. */
    void requireFigures() {
        Spending said = ledger.spent();
        assertThat(amounts(said.total())).isEqualTo(spent);
        assertThat(amounts(said.root())).isEqualTo(spentOnRoot);
        assertThat(said.turns()).isEqualTo(turnsSpent);
        assertThat(said.subCalls()).isEqualTo(subCallsSpent);
        TokensLeft tokens = ledger.tokensLeft();
        BigDecimal usd = ledger.usdLeft();
        assertThat(tokens).isEqualTo(new TokensLeft(left(0), left(1), left(2)));
        assertThat(usd == null ? null : (Long) cents(usd)).isEqualTo(left(CENTS));
        int turns = ledger.budget().turns() - turnsTaken;
        assertThat(ledger.turnsLeft()).isEqualTo(parent == null ? turns : Math.min(turns, parent.subCallsLeft()));
        assertThat(ledger.subCallsLeft()).isEqualTo(subCallsLeft());
    }

    private @Nullable Long left(int kind) {
        return path().stream()
                .filter(each -> each.limits[kind] < UNLIMITED)
                .map(each -> Math.max(0, each.limits[kind] - each.spent[kind] - each.reserved[kind]))
                .min(Long::compare)
                .orElse(null);
    }

    private int subCallsLeft() {
        int left = ledger.budget().subCalls() - subCallsTaken;
        return parent == null ? left : Math.min(left, parent.subCallsLeft());
    }

    void requireNothingReserved() {
        assertThat(reserved).containsOnly(0);
        assertThat(turnsTaken).isEqualTo(turnsSpent);
        assertThat(subCallsTaken).isEqualTo(subCallsSpent);
    }

    static long[] amounts(Charge charge) {
        BigDecimal usd = charge.usd();
        return new long[] {
            charge.inputTokens(), charge.outputTokens(), charge.cachedTokens(), usd == null ? 0 : cents(usd)
        };
    }

    static void add(long[] amounts, long[] others, int times) {
        for (int kind = 0; kind < KINDS; kind++) {
            amounts[kind] += times * others[kind];
        }
    }

    private static long cents(BigDecimal usd) {
        return usd.movePointRight(2).longValueExact();
    }
}
