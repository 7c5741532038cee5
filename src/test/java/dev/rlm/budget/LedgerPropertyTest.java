package dev.rlm.budget;

import static dev.rlm.budget.TrackedLedger.KINDS;
import static dev.rlm.budget.TrackedLedger.add;
import static dev.rlm.budget.TrackedLedger.amounts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget.TokenLimits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * By how much limits are exceeded, at every ledger of any tree.
 *
 * <p>Turns, sub-calls and calls under way: never. A call takes one of each, and that is known before it is made.
 *
 * <p>Tokens and money: a call is admitted only if what is spent and reserved, its own estimate included, is within the
 * limit. Until the next is admitted only the calls that are then in flight add to it, each what it uses beyond its
 * estimate. So at any moment {@code spent + reserved <= limit + sum of max(0, used - estimate)}, the sum taken over the
 * calls that were in flight at the last admission, that one included, and have ended since. Tokens from a cache are
 * never estimated, so that a call may exceed their limit by all it reads.
 *
 * <p>The price of each call is known here: with other models a limit of money is refused before there is a ledger.
 */
final class LedgerPropertyTest {

    private static final Duration A_MOMENT = Duration.ofNanos(10_000);

    private final TestClock clock = new TestClock();

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void atEveryMomentALimitIsExceededOnlyByWhatWasInFlight(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int ledgers, @ForAll @IntRange(max = 60) int calls)
            throws Exception {
        Random random = new Random(seed);
        List<TrackedLedger> tree = tree(random, ledgers);
        List<TrackedCall> open = new ArrayList<>();
        IdentityHashMap<TrackedCall, Ledger.Reservation> reservations = new IdentityHashMap<>();
        int made = 0;
        while (made < calls || !open.isEmpty()) {
            if (made < calls && (open.isEmpty() || random.nextInt(5) < 3)) {
                made++;
                TrackedCall call = call(random, tree);
                boolean fits = call.hasRoom();
                Ledger.Reservation reservation = reserve(call);
                assertThat(reservation != null).as("admitted").isEqualTo(fits);
                if (reservation != null) {
                    reservations.put(call, reservation);
                    open.add(call);
                    call.admitted();
                }
            } else {
                TrackedCall call = open.remove(random.nextInt(open.size()));
                call.end(reservations.remove(call));
                call.ended();
            }
            tree.forEach(TrackedLedger::requireLimits);
            tree.forEach(TrackedLedger::requireFigures);
        }
        tree.forEach(TrackedLedger::requireNothingReserved);
    }

    private static Ledger.@Nullable Reservation reserve(TrackedCall call) {
        try {
            return call.reserve();
        } catch (BudgetExceededException _) {
            return null;
        }
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whateverTheThreadsDoALimitIsExceededOnlyByWhatWasInFlight(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int ledgers, @ForAll @IntRange(max = 80) int calls)
            throws Exception {
        Random random = new Random(seed);
        List<TrackedLedger> tree = tree(random, ledgers);
        Map<TrackedLedger, InFlight> inFlight = new HashMap<>();
        tree.forEach(ledger -> inFlight.put(ledger, new InFlight(ledger)));
        List<Future<Boolean>> made = new ArrayList<>();
        List<TrackedCall> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                TrackedCall call = call(random, tree);
                all.add(call);
                made.add(threads.submit(() -> isMade(call, inFlight)));
            }
        }
        long[] charged = new long[KINDS];
        for (int i = 0; i < calls; i++) {
            TrackedCall call = all.get(i);
            if (made.get(i).get()) {
                call.admitted();
                call.ended();
                add(charged, amounts(call.used() == null ? Charge.NONE : call.used()), 1);
            }
        }
        inFlight.values().forEach(InFlight::requireLimits);
        tree.forEach(TrackedLedger::requireFigures);
        tree.forEach(TrackedLedger::requireNothingReserved);
        assertThat(tree.getFirst().spentByLedger()).isEqualTo(charged);
    }

    /** Makes a call if the ledgers let it. */
    private static boolean isMade(TrackedCall call, Map<TrackedLedger, InFlight> inFlight) throws InterruptedException {
        List<InFlight> path = call.from().path().stream().map(inFlight::get).toList();
        try (Ledger.Slot _ = call.from().ledger.awaitSlot()) {
            path.forEach(each -> each.begins(call));
            Ledger.Reservation reservation = reserve(call);
            if (reservation != null) {
                Thread.sleep(A_MOMENT);
                call.end(reservation);
            }
            path.forEach(each -> each.ends(call));
            return reservation != null;
        }
    }

    /**
     * What is seen of a ledger while threads use it. A call counts from before it is reserved until after it has ended,
     * so that the calls in flight are always among those that count.
     */
    private static final class InFlight {
        private final TrackedLedger ledger;
        private final long[] beyond = new long[KINDS];
        private final long[] mostBeyond = new long[KINDS];
        private final long[] mostSpent = new long[KINDS];
        private int calls;
        private int mostCalls;

        InFlight(TrackedLedger ledger) {
            this.ledger = ledger;
        }

        synchronized void begins(TrackedCall call) {
            add(beyond, call.beyondEstimate(), 1);
            raise(mostBeyond, beyond);
            mostCalls = Math.max(mostCalls, ++calls);
        }

        synchronized void ends(TrackedCall call) {
            raise(mostSpent, ledger.spentByLedger());
            add(beyond, call.beyondEstimate(), -1);
            calls--;
        }

        private static void raise(long[] most, long[] now) {
            for (int kind = 0; kind < KINDS; kind++) {
                most[kind] = Math.max(most[kind], now[kind]);
            }
        }

        synchronized void requireLimits() {
            Budget budget = ledger.ledger.budget();
            assertThat(calls).isZero();
            assertThat(mostCalls).isLessThanOrEqualTo(budget.inFlight());
            assertThat(ledger.ledger.spent().turns()).isLessThanOrEqualTo(budget.turns());
            assertThat(ledger.ledger.spent().subCalls()).isLessThanOrEqualTo(budget.subCalls());
            for (int kind = 0; kind < KINDS; kind++) {
                assertThat(mostSpent[kind]).isLessThanOrEqualTo(ledger.limits[kind] + mostBeyond[kind]);
            }
        }
    }

    /** A tree as deep as it may be, the root first. */
    private List<TrackedLedger> tree(Random random, int ledgers) throws BudgetExceededException {
        List<TrackedLedger> tree = new ArrayList<>();
        tree.add(new TrackedLedger(null, new Ledger(budget(random), clock)));
        while (tree.size() < ledgers) {
            TrackedLedger parent = random.nextBoolean() ? tree.getLast() : tree.get(random.nextInt(tree.size()));
            if (parent.ledger.budget().depth() > 0) {
                tree.add(new TrackedLedger(parent, parent.ledger.child(budget(random))));
            }
        }
        return tree;
    }

    private static Budget budget(Random random) {
        return new Budget(
                1 + upTo(random, 20),
                upTo(random, 100),
                new TokenLimits(tokens(random), tokens(random), tokens(random)),
                random.nextInt(3) == 0 ? null : cents(1 + upTo(random, 1_000)),
                Duration.ofHours(1),
                Budget.MOST_DEPTH,
                1 + upTo(random, 8));
    }

    private static @Nullable Long tokens(Random random) {
        return random.nextInt(3) == 0 ? null : (Long) (1L + upTo(random, 2_000));
    }

    /** A number of any size: small ones are as likely as large ones. */
    private static int upTo(Random random, int most) {
        return random.nextInt(2 + random.nextInt(most));
    }

    private static BigDecimal cents(int cents) {
        return BigDecimal.valueOf(cents, 2);
    }

    private static TrackedCall call(Random random, List<TrackedLedger> tree) {
        TrackedCall.As[] kinds = TrackedCall.As.values();
        int read = random.nextInt(60);
        Charge used = switch (random.nextInt(8)) {
            case 0, 1 -> null;
            case 2 -> Charge.NONE;
            default -> new Charge(read, random.nextInt(30), random.nextInt(read + 1), cents(random.nextInt(45)));
        };
        return new TrackedCall(
                tree.get(random.nextInt(tree.size())),
                kinds[random.nextInt(kinds.length)],
                new Estimate(
                        random.nextInt(40),
                        random.nextInt(20),
                        random.nextInt(4) == 0 ? null : cents(random.nextInt(30))),
                used);
    }
}
