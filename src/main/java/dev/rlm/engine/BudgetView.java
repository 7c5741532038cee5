package dev.rlm.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.budget.TokensLeft;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** What is left of a budget, as the root model sees it in {@code budget()} and above each turn. */
record BudgetView(
        Budget limits,
        int turnsLeft,
        int subCallsLeft,
        TokensLeft tokensLeft,
        @Nullable BigDecimal usdLeft,
        long secondsLeft) {

    static BudgetView of(Ledger ledger) {
        return new BudgetView(
                ledger.budget(),
                ledger.turnsLeft(),
                ledger.subCallsLeft(),
                ledger.tokensLeft(),
                ledger.usdLeft(),
                ledger.timeLeft().toSeconds());
    }

    /** As {@code budget()} tells it, with how many characters one sub-call should read at most. */
    String toJson(long subCallCharacters) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("turns_left", turnsLeft);
        json.put("turns", limits.turns());
        json.put("sub_calls_left", subCallsLeft);
        json.put("sub_calls", limits.subCalls());
        json.put("input_tokens_left", tokensLeft.input());
        json.put("output_tokens_left", tokensLeft.output());
        json.put("cached_tokens_left", tokensLeft.cached());
        json.put("usd_left", usdLeft);
        json.put("usd", limits.usd());
        json.put("sub_call_characters", subCallCharacters);
        json.put("levels_left", limits.depth());
        json.put("seconds_left", secondsLeft);
        return json.toString();
    }

    /** One line: {@code Turn 3 of 30 | sub-calls left: 41 of 50 | ...}. */
    String toLine() {
        StringBuilder line = new StringBuilder()
                .append("Turn ")
                .append(limits.turns() - turnsLeft + 1)
                .append(" of ")
                .append(limits.turns())
                .append(" | sub-calls left: ")
                .append(subCallsLeft)
                .append(" of ")
                .append(limits.subCalls());
        append(line, "input tokens", tokensLeft.input());
        append(line, "output tokens", tokensLeft.output());
        append(line, "cached tokens", tokensLeft.cached());
        if (usdLeft != null) {
            line.append(" | USD left: ")
                    .append(usdLeft.setScale(4, RoundingMode.DOWN).toPlainString());
        }
        return line.append(" | time left: ").append(secondsLeft).append(" s").toString();
    }

    private static void append(StringBuilder line, String what, @Nullable Long left) {
        if (left != null) {
            line.append(" | ").append(what).append(" left: ").append(left);
        }
    }
}
