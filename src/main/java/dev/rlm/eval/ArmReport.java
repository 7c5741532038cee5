package dev.rlm.eval;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of one arm went, all added up.
 *
 * @param arm the arm
 * @param runs how many runs there are
 * @param score the mean of their scores; a run without an answer counts as 0
 * @param failed how many have no answer
 * @param partial how many have a partial answer, which is scored like any other
 * @param usd what they cost together in US dollars, or null if a price is not known
 * @param inputTokens tokens that models read, cached ones included
 * @param outputTokens tokens that models wrote
 * @param cachedTokens those of the input tokens that came from a prompt cache
 * @param subCalls sub-calls
 * @param median the time within which half of them ended, or null if none was begun
 * @param slow the time within which 95 of 100 ended, or null if none was begun
 */
public record ArmReport(
        String arm,
        int runs,
        double score,
        int failed,
        int partial,
        @Nullable BigDecimal usd,
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        long subCalls,
        @Nullable Duration median,
        @Nullable Duration slow) {

    static ArmReport of(String arm, List<RunResult> results) {
        List<Outcome> outcomes = results.stream().map(RunResult::outcome).toList();
        List<Duration> times = outcomes.stream()
                .map(Outcome::time)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return new ArmReport(
                arm,
                results.size(),
                results.stream().mapToDouble(RunResult::score).average().orElse(0),
                (int) results.stream().filter(RunResult::failed).count(),
                (int) outcomes.stream()
                        .filter(outcome -> outcome.state().equals("partial") && outcome.hasAnswer())
                        .count(),
                usd(outcomes),
                outcomes.stream().mapToLong(Outcome::inputTokens).sum(),
                outcomes.stream().mapToLong(Outcome::outputTokens).sum(),
                outcomes.stream().mapToLong(Outcome::cachedTokens).sum(),
                outcomes.stream().mapToLong(Outcome::subCalls).sum(),
                percentile(times, 50),
                percentile(times, 95));
    }

    private static @Nullable BigDecimal usd(List<Outcome> outcomes) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Outcome outcome : outcomes) {
            BigDecimal usd = outcome.usd();
            if (usd == null) {
                return null;
            }
            sum = sum.add(usd);
        }
        return sum;
    }

    /** By the nearest rank: a time that was measured. */
    private static @Nullable Duration percentile(List<Duration> sorted, int percent) {
        return sorted.isEmpty() ? null : sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
