package dev.rlm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget.TokenLimits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LedgerTest {

    private final TestClock clock = new TestClock();

    private Ledger ledger(int turns, int subCalls, String usd) {
        return new Ledger(budget(turns, subCalls, usd), clock);
    }

    private static Budget budget(int turns, int subCalls, String usd) {
        return new Budget(turns, subCalls, usd == null ? null : new BigDecimal(usd), Duration.ofMinutes(1));
    }

    private static Estimate estimate(String usd) {
        return new Estimate(10, 5, new BigDecimal(usd));
    }

    private static Charge usd(String usd) {
        return new Charge(10, 5, 0, new BigDecimal(usd));
    }

    @Test
    void aReservationCountsUntilItIsSettledOrRefunded() throws Exception {
        Ledger ledger = ledger(3, 2, null);
        Ledger.Reservation first = ledger.reserveSubCall(Estimate.UNKNOWN);
        Ledger.Reservation second = ledger.reserveSubCall(Estimate.UNKNOWN);
        assertThatThrownBy(() -> ledger.reserveSubCall(Estimate.UNKNOWN))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessage("The limit of 2 sub-calls is reached.");
        first.refund();
        assertThat(ledger.subCallsLeft()).isEqualTo(1);
        second.settle(usd("0.5"));
        assertThat(ledger.subCallsLeft()).isEqualTo(1);
        assertThat(ledger.spent().subCalls()).isEqualTo(1);
    }

    @Test
    void aReservationEndsOnlyOnce() throws Exception {
        Ledger ledger = ledger(3, 5, "1");
        Ledger.Reservation reservation = ledger.reserveSubCall(estimate("0.4"));
        reservation.settle(usd("0.3"));
        reservation.settle(usd("0.3"));
        reservation.refund();
        assertThat(ledger.spent().total().usd()).isEqualByComparingTo("0.3");
        assertThat(ledger.usdLeft()).isEqualByComparingTo("0.7");
    }

    @Test
    void aCostLimitRefusesWhatItCannotPayFor() throws Exception {
        Ledger ledger = ledger(3, 5, "1");
        ledger.reserveTurn(estimate("0.6"));
        assertThatThrownBy(() -> ledger.reserveSubCall(estimate("0.5")))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("cost limit of 1 USD");
        ledger.reserveSubCall(estimate("0.4"));
    }

    @Test
    void timeRunsOut() throws Exception {
        Ledger ledger = ledger(3, 5, null);
        clock.advance(Duration.ofSeconds(59));
        ledger.reserveTurn(Estimate.UNKNOWN).refund();
        clock.advance(Duration.ofSeconds(1));
        assertThat(ledger.timeLeft()).isZero();
        assertThatThrownBy(() -> ledger.reserveTurn(Estimate.UNKNOWN)).hasMessage("The time limit of 60 s is reached.");
    }

    @Test
    void anUnknownPriceMakesTheTotalUnknown() throws Exception {
        Ledger ledger = ledger(3, 5, null);
        ledger.reserveTurn(Estimate.UNKNOWN).settle(usd("0.1"));
        ledger.reserveSubCall(Estimate.UNKNOWN).settle(new Charge(1, 1, 0, null));
        assertThat(ledger.spent().root().usd()).isEqualByComparingTo("0.1");
        assertThat(ledger.spent().total().usd()).isNull();
    }

    @Property(tries = 50)
    void noLimitIsEverExceededWhateverTheThreadsDo(
            @ForAll @IntRange(max = 60) int limit, @ForAll @IntRange(min = 1, max = 100) int calls) throws Exception {
        Ledger ledger = ledger(1, limit, null);
        AtomicInteger made = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(calls);
        for (int i = 0; i < calls; i++) {
            boolean fails = i % 3 == 0;
            Thread.startVirtualThread(() -> {
                try {
                    Ledger.Reservation reservation = ledger.reserveSubCall(Estimate.UNKNOWN);
                    if (fails) {
                        reservation.refund();
                    } else {
                        made.incrementAndGet();
                        reservation.settle(Charge.NONE);
                    }
                } catch (BudgetExceededException e) {
                    refused.incrementAndGet();
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        assertThat(made.get()).isLessThanOrEqualTo(limit);
        assertThat(ledger.spent().subCalls()).isEqualTo(made.get());
        assertThat(ledger.subCallsLeft()).isEqualTo(limit - made.get());
    }

    @Test
    void tokensThatAreReservedCountAndAreCorrectedByTheProvidersUsage() throws Exception {
        Ledger ledger =
                new Ledger(new Budget(9, 9, new TokenLimits(100L, 50L, 30L), null, Duration.ofMinutes(1), 0, 4), clock);
        Ledger.Reservation first = ledger.reserveSubCall(new Estimate(80, 10, null));
        assertThatThrownBy(() -> ledger.reserveSubCall(new Estimate(21, 10, null)))
                .hasMessage("The limit of 100 input tokens does not allow another call: 80 are used or reserved.");
        first.settle(new Charge(60, 20, 10, null));
        assertThat(ledger.tokensLeft()).isEqualTo(new TokensLeft(40L, 30L, 20L));
        assertThatThrownBy(() -> ledger.reserveTurn(new Estimate(1, 31, null)))
                .hasMessageContaining("50 output tokens");
        ledger.reserveTurn(new Estimate(1, 30, null)).settle(new Charge(1, 1, 20, null));
        assertThatThrownBy(() -> ledger.reserveTurn(Estimate.UNKNOWN)).hasMessageContaining("30 cached tokens");
    }

    @Test
    void whatAChildSpendsItsParentHasSpentToo() throws Exception {
        Ledger parent = ledger(3, 5, "1");
        Ledger child = parent.child(budget(2, 9, "0.5"));
        child.reserveTurn(estimate("0.2")).settle(usd("0.3"));
        child.reserveSubCall(estimate("0.1")).settle(usd("0.1"));
        assertThat(child.spent().turns()).isEqualTo(1);
        assertThat(parent.spent().turns()).isZero();
        assertThat(parent.spent().subCalls()).isEqualTo(2);
        assertThat(parent.spent().total().usd()).isEqualByComparingTo("0.4");
        assertThat(child.usdLeft()).isEqualByComparingTo("0.1");
        assertThat(child.subCallsLeft()).isEqualTo(3);
    }

    @Test
    void aChildIsRefusedWhatItsParentCannotPayFor() throws Exception {
        Ledger parent = ledger(3, 2, "1");
        Ledger child = parent.child(budget(9, 9, null));
        assertThatThrownBy(() -> child.reserveTurn(estimate("1.1"))).hasMessageContaining("cost limit of 1 USD");
        assertThat(child.turnsLeft()).isEqualTo(2);
        parent.reserveSubCall(Estimate.UNKNOWN);
        child.reserveTurn(Estimate.UNKNOWN);
        assertThatThrownBy(() -> child.reserveSubCall(Estimate.UNKNOWN))
                .hasMessage("The limit of 2 sub-calls is reached.");
        assertThat(child.spent()).isEqualTo(Spending.NONE);
    }

    @Test
    void aRefundGoesAllTheWayUp() throws Exception {
        Ledger parent = ledger(3, 1, "1");
        Ledger.Reservation reservation = parent.child(budget(9, 9, null)).reserveSubCall(estimate("1"));
        assertThat(parent.subCallsLeft()).isZero();
        reservation.refund();
        assertThat(parent.subCallsLeft()).isEqualTo(1);
        assertThat(parent.usdLeft()).isEqualByComparingTo("1");
    }

    @Test
    void aChildHasNoMoreTimeAndNoMoreLevelsThanItsParent() throws Exception {
        Ledger parent = ledger(3, 1, null);
        clock.advance(Duration.ofSeconds(50));
        Ledger child = parent.child(budget(1, 1, null));
        assertThat(child.timeLeft()).isEqualTo(Duration.ofSeconds(10));
        assertThat(child.budget().depth()).isZero();
        assertThatThrownBy(() -> child.child(budget(1, 1, null))).hasMessageContaining("no level left");
    }

    @Test
    void whatWasSpentBeforeCountsAndTheTimeGoesOnFromItsStart() throws Exception {
        Ledger resumed = new Ledger(budget(3, 2, null), clock, clock.instant().minusSeconds(45));
        resumed.spentBefore(Spending.NONE.withTurn(usd("0.1")).withSubCall(usd("0.2")));
        assertThat(resumed.turnsLeft()).isEqualTo(2);
        assertThat(resumed.subCallsLeft()).isEqualTo(1);
        assertThat(resumed.timeLeft()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void callsUnderWayAreBoundedAtEveryLevel() throws Exception {
        Ledger parent = new Ledger(budget(9, 9, null).withInFlight(2), clock);
        Ledger child = parent.child(budget(9, 9, null).withInFlight(1));
        Ledger other = parent.child(budget(9, 9, null).withInFlight(2));
        Ledger.Slot first = child.awaitSlot();
        Ledger.Slot second = other.awaitSlot();
        CountDownLatch entered = new CountDownLatch(1);
        Thread third = Thread.startVirtualThread(() -> {
            try (Ledger.Slot _ = parent.awaitSlot()) {
                entered.countDown();
            } catch (InterruptedException e) {
                // The assertion below fails.
            }
        });
        assertThat(entered.await(50, TimeUnit.MILLISECONDS)).isFalse();
        second.close();
        assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        third.join();
        first.close();
    }

    @Test
    void whoIsInterruptedWhileWaitingAboveGivesItsPlaceBelowBack() throws Exception {
        Ledger parent = new Ledger(budget(9, 9, null).withInFlight(1), clock);
        Ledger child = parent.child(budget(9, 9, null).withInFlight(1));
        Ledger.Slot slot = parent.awaitSlot();
        Thread.currentThread().interrupt();
        assertThatThrownBy(child::awaitSlot).isInstanceOf(InterruptedException.class);
        slot.close();
        child.awaitSlot().close();
    }

    @Property(tries = 50)
    void noLevelOfATreeIsEverExceededWhateverTheThreadsDo(
            @ForAll @IntRange(max = 30) int above, @ForAll @IntRange(max = 30) int below) throws Exception {
        Ledger parent = ledger(1, above, null);
        List<Ledger> children =
                List.of(parent.child(budget(below + 1, below, null)), parent.child(budget(1, below, null)));
        CountDownLatch done = new CountDownLatch(90);
        for (int i = 0; i < 90; i++) {
            Ledger ledger = i % 3 == 2 ? parent : children.get(i % 3);
            boolean fails = i % 7 == 0;
            Thread.startVirtualThread(() -> {
                try {
                    Ledger.Reservation reservation = ledger.reserveSubCall(new Estimate(1, 1, null));
                    if (fails) {
                        reservation.refund();
                    } else {
                        reservation.settle(new Charge(1, 1, 0, null));
                    }
                } catch (BudgetExceededException e) {
                    // Refused: what the figures below must agree with.
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        assertThat(parent.spent().subCalls()).isLessThanOrEqualTo(above);
        assertThat(parent.spent().total().inputTokens())
                .isEqualTo(parent.spent().subCalls());
        children.forEach(child -> assertThat(child.spent().subCalls()).isLessThanOrEqualTo(below));
        assertThat(parent.subCallsLeft()).isEqualTo(above - parent.spent().subCalls());
    }
}
