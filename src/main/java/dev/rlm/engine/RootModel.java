package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Tool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asks the root model, once a turn, within the budget. */
final class RootModel {

    static final Tool PYTHON = new Tool(
            "python",
            "Runs Python code in the persistent REPL that holds `context`, and returns what it printed.",
            """
            {"type":"object","properties":{"code":{"type":"string","description":"Python source"}},"required":["code"]}""");

    private final Role role;
    private final String system;
    private final List<Tool> tools;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    /** What the system prompt and the conversation up to the last reply have, as the provider counted it if it did. */
    private long tokensBefore;

    RootModel(
            Role role,
            String system,
            List<Tool> tools,
            Duration callTime,
            Clock clock,
            Journal journal,
            Ledger ledger) {
        this.role = role;
        this.system = system;
        this.tools = tools;
        this.callTime = callTime;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
        this.tokensBefore = TokenEstimate.of(system);
    }

    /** The reply to the conversation so far, which is given its briefing for that. */
    RootReplied reply(int turn, Conversation conversation)
            throws BudgetExceededException, ModelException, InterruptedException {
        Optional<RootReplied> recorded = journal.recorded(StepKeys.root(turn), RootReplied.class);
        if (recorded.isPresent()) {
            // Counted already, and said to have been within the limits when it was made.
            conversation.brief(briefing(turn, ""));
            count(recorded.get(), conversation);
            return recorded.get();
        }
        String briefing = Briefing.turn(ledger);
        long tokens = tokensBefore + conversation.tokensSinceReply() + TokenEstimate.of(briefing);
        Ledger.Reservation reservation = ledger.reserveTurn(role.estimate(tokens));
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            conversation.brief(briefing(turn, briefing));
            RootReplied replied = journal.<RootReplied, ModelException>step(
                    StepKeys.root(turn), RootReplied.class, () -> ask(turn, conversation));
            reservation.settle(Role.charge(replied.cost()));
            count(replied, conversation);
            return replied;
        } finally {
            reservation.refund();
        }
    }

    private String briefing(int turn, String now) throws InterruptedException {
        return journal.<TurnStarted, RuntimeException>step(
                        StepKeys.turn(turn), TurnStarted.class, () -> new TurnStarted(turn, now))
                .briefing();
    }

    /** Takes the provider's own count of the conversation, where it gives one. */
    private void count(RootReplied replied, Conversation conversation) {
        long counted = replied.cost().inputTokens() + replied.cost().outputTokens();
        tokensBefore = counted == 0 ? tokensBefore + conversation.tokensSinceReply() : counted;
    }

    private RootReplied ask(int turn, Conversation conversation) throws ModelException, InterruptedException {
        Instant start = clock.instant();
        ModelReply reply = role.model()
                .complete(new ModelRequest(
                        system, conversation.messages(), tools, ledger.deadlineOf(start.plus(callTime))));
        List<CodeCall> calls = reply.toolCalls().stream()
                .map(call -> new CodeCall(call.id(), call.name(), call.argumentsJson()))
                .toList();
        return new RootReplied(
                turn,
                reply.text(),
                calls,
                reply.stop() == StopReason.OUTPUT_LIMIT,
                role.cost(reply.usage(), Duration.between(start, clock.instant())));
    }
}
