package dev.rlm.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came out of an evaluation, for people and for programs.
 *
 * @param setup the models and limits
 * @param items how many items were asked
 * @param arms the arms, in the order in which they were named
 * @param failures the runs without an answer
 */
public record Report(String setup, int items, List<ArmReport> arms, List<RunResult> failures) {

    public Report {
        arms = List.copyOf(arms);
        failures = List.copyOf(failures);
    }

    /** The report of an evaluation with its results. */
    public static Report of(Evaluation evaluation, List<RunResult> results) {
        return new Report(
                evaluation.setup(),
                evaluation.items().size(),
                evaluation.arms().stream()
                        .map(arm -> ArmReport.of(
                                arm,
                                results.stream()
                                        .filter(result -> result.key().arm().equals(arm))
                                        .toList()))
                        .toList(),
                results.stream().filter(RunResult::failed).toList());
    }

    /** How many runs there are. */
    public int runs() {
        return arms.stream().mapToInt(ArmReport::runs).sum();
    }

    /** A table, and below it the runs without an answer, one a line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(setup);
        lines.add("%-8s %7s %6s %7s %8s %10s %10s %12s %11s %10s %8s %8s"
                .formatted(
                        "arm",
                        "score",
                        "runs",
                        "failed",
                        "partial",
                        "USD",
                        "USD a run",
                        "tokens in",
                        "tokens out",
                        "sub-calls",
                        "p50 s",
                        "p95 s"));
        arms.forEach(arm -> lines.add("%-8s %7s %6d %7d %8d %10s %10s %12d %11d %10d %8s %8s"
                .formatted(
                        arm.arm(),
                        String.format(Locale.ROOT, "%.3f", arm.score()),
                        arm.runs(),
                        arm.failed(),
                        arm.partial(),
                        money(arm.usd()),
                        money(usdOfRun(arm)),
                        arm.inputTokens(),
                        arm.outputTokens(),
                        arm.subCalls(),
                        seconds(arm.median()),
                        seconds(arm.slow()))));
        failures.forEach(failure -> lines.add("%s: %s, %s, run %d%s"
                .formatted(
                        failure.outcome().state(),
                        failure.key().id(),
                        failure.key().arm(),
                        failure.key().run(),
                        failure.outcome().reason() == null
                                ? ""
                                : ": " + failure.outcome().reason())));
        return lines;
    }

    /** All of it as JSON. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("setup", setup);
        json.put("items", items);
        ArrayNode list = json.putArray("arms");
        arms.forEach(arm -> {
            ObjectNode each = list.addObject()
                    .put("arm", arm.arm())
                    .put("score", arm.score())
                    .put("runs", arm.runs())
                    .put("failed", arm.failed())
                    .put("partial", arm.partial())
                    .put("cost_usd", arm.usd())
                    .put("cost_usd_of_run", usdOfRun(arm));
            each.putObject("tokens")
                    .put("input", arm.inputTokens())
                    .put("output", arm.outputTokens())
                    .put("cached", arm.cachedTokens());
            each.put("sub_calls", arm.subCalls());
            each.put("p50_milliseconds", milliseconds(arm.median()));
            each.put("p95_milliseconds", milliseconds(arm.slow()));
        });
        ArrayNode without = json.putArray("failures");
        failures.forEach(failure -> without.addObject()
                .put("id", failure.key().id())
                .put("arm", failure.key().arm())
                .put("run", failure.key().run())
                .put("state", failure.outcome().state())
                .put("reason", failure.outcome().reason()));
        return json;
    }

    private static @Nullable BigDecimal usdOfRun(ArmReport arm) {
        BigDecimal usd = arm.usd();
        return usd == null ? null : usd.divide(BigDecimal.valueOf(arm.runs()), 6, RoundingMode.HALF_UP);
    }

    private static String money(@Nullable BigDecimal usd) {
        return usd == null ? "unknown" : usd.setScale(4, RoundingMode.HALF_UP).toPlainString();
    }

    private static String seconds(@Nullable Duration time) {
        return time == null ? "-" : String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }

    private static @Nullable Long milliseconds(@Nullable Duration time) {
        return time == null ? null : (Long) time.toMillis();
    }
}
