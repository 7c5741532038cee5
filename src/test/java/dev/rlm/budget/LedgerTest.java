package dev.rlm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LedgerTest {

    private final TestClock clock = new TestClock();

    private Ledger ledger(int turns, int subCalls, String usd) {
        return new Ledger(
                new Budget(turns, subCalls, usd == null ? null : new BigDecimal(usd), Duration.ofMinutes(1)), clock);
    }

    private static Charge usd(String usd) {
        return new Charge(10, 5, 0, new BigDecimal(usd));
    }

    @Test
    void aReservationCountsUntilItIsSettledOrRefunded() throws Exception {
        Ledger ledger = ledger(3, 2, null);
        Ledger.Reservation first = ledger.reserveSubCall(null);
        Ledger.Reservation second = ledger.reserveSubCall(null);
        assertThatThrownBy(() -> ledger.reserveSubCall(null))
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
        Ledger.Reservation reservation = ledger.reserveSubCall(new BigDecimal("0.4"));
        reservation.settle(usd("0.3"));
        reservation.settle(usd("0.3"));
        reservation.refund();
        assertThat(ledger.spent().total().usd()).isEqualByComparingTo("0.3");
        assertThat(ledger.usdLeft()).isEqualByComparingTo("0.7");
    }

    @Test
    void aCostLimitRefusesWhatItCannotPayFor() throws Exception {
        Ledger ledger = ledger(3, 5, "1");
        ledger.reserveTurn(new BigDecimal("0.6"));
        assertThatThrownBy(() -> ledger.reserveSubCall(new BigDecimal("0.5")))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("cost limit of 1 USD");
        ledger.reserveSubCall(new BigDecimal("0.4"));
    }

    @Test
    void timeRunsOut() throws Exception {
        Ledger ledger = ledger(3, 5, null);
        clock.advance(Duration.ofSeconds(59));
        ledger.reserveTurn(null).refund();
        clock.advance(Duration.ofSeconds(1));
        assertThat(ledger.timeLeft()).isZero();
        assertThatThrownBy(() -> ledger.reserveTurn(null)).hasMessage("The time limit of 60 s is reached.");
    }

    @Test
    void anUnknownPriceMakesTheTotalUnknown() throws Exception {
        Ledger ledger = ledger(3, 5, null);
        ledger.reserveTurn(null).settle(usd("0.1"));
        ledger.reserveSubCall(null).settle(new Charge(1, 1, 0, null));
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
                    Ledger.Reservation reservation = ledger.reserveSubCall(null);
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
}
