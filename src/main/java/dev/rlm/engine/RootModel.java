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
import java.util.List;
import java.util.Optional;

/** Asks the root model, once a turn, within the budget, and keeps its conversation within its window. */
final class RootModel {

    static final Tool PYTHON = new Tool("python", MessageText.TOOL.with(), """
            {"type":"object","properties":{"code":{"type":"string","description":"Python source"}},"required":["code"]}""");

    /** What a reply may have more than twice its estimate. */
    private static final int EXTRA_OF_REPLY = 100;

    private final Role role;
    private final String system;
    private final List<Tool> tools;
    private final Compaction compaction;
    private final Audience audience;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    /** What the system prompt and the conversation up to the last reply have, as the provider counted it if it did. */
    private long tokensBefore;

    private final long tokensOfSystem;

    /** With more tokens than this the conversation is compacted. */
    private long most;

    /** How many tokens the provider counts for one of the estimate. */
    private double countedOfEstimated = 1;

    RootModel(
            Role role,
            String system,
            List<Tool> tools,
            Compaction compaction,
            Audience audience,
            Duration callTime,
            Clock clock,
            Journal journal,
            Ledger ledger) {
        this.role = role;
        this.system = system;
        this.tools = tools;
        this.compaction = compaction;
        this.audience = audience;
        this.callTime = callTime;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
        this.tokensOfSystem = TokenEstimate.of(system);
        this.tokensBefore = tokensOfSystem;
        this.most = role.profile().tokensOfConversation(role.description());
    }

    /** Takes up a conversation that has turns of earlier questions. */
    void goOn(Conversation conversation) {
        countAnew(conversation);
    }

    /** The reply to the conversation so far, which is given its briefing for that. */
    RootReplied reply(int turn, Conversation conversation)
            throws BudgetExceededException, ModelException, InterruptedException {
        Optional<RootReplied> recorded = journal.recorded(StepKeys.root(turn), RootReplied.class);
        boolean compacted = again(StepKeys.compaction(turn), conversation);
        if (recorded.isPresent()) {
            // Counted already, and said to have been within the limits when it was made.
            conversation.brief(briefing(turn, ""));
            boolean _ = wasTooLong(turn, conversation);
            count(recorded.get(), conversation);
            return recorded.get();
        }
        String now = Briefing.turn(ledger);
        if (!compacted
                && ledger.turnsLeft() > 0
                && tokens(conversation, now) > most
                && compaction.compact(StepKeys.compaction(turn), turn, conversation, room(most))) {
            countAnew(conversation);
        }
        Ledger.Reservation reservation = ledger.reserveTurn(role.estimate(tokens(conversation, now)));
        boolean tooLong = false;
        try {
            conversation.brief(briefing(turn, now));
            tooLong = wasTooLong(turn, conversation);
            return replyNow(turn, conversation, reservation);
        } catch (ModelException e) {
            if (tooLong || e.kind() != ModelException.Kind.TOO_LARGE) {
                throw e;
            }
            reservation.refund();
            lowerMost(tokensBefore + conversation.tokensSinceReply());
            if (!compaction.compact(StepKeys.compactionAgain(turn), turn, conversation, room(most))) {
                throw e;
            }
            countAnew(conversation);
            return replyNow(turn, conversation, ledger.reserveTurn(role.estimate(tokens(conversation, ""))));
        } finally {
            reservation.refund();
        }
    }

    /** Compacts the conversation as it is recorded, if it is. */
    private boolean again(String key, Conversation conversation) {
        boolean compacted = compaction.again(key, conversation);
        if (compacted) {
            countAnew(conversation);
        }
        return compacted;
    }

    /** Compacts the conversation as it is recorded for when the provider called it too long, if it did. */
    private boolean wasTooLong(int turn, Conversation conversation) {
        long tokens = tokensBefore + conversation.tokensSinceReply();
        boolean compacted = again(StepKeys.compactionAgain(turn), conversation);
        if (compacted) {
            lowerMost(tokens);
        }
        return compacted;
    }

    /** The window is smaller than was thought, or the estimate too low. */
    private void lowerMost(long tokensTooLong) {
        most = Math.min(most, tokensTooLong) / 2;
    }

    private RootReplied replyNow(int turn, Conversation conversation, Ledger.Reservation reservation)
            throws ModelException, InterruptedException {
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            RootReplied replied = journal.<RootReplied, ModelException>step(
                    StepKeys.root(turn), RootReplied.class, () -> ask(turn, conversation));
            reservation.settle(Role.charge(replied.cost()));
            count(replied, conversation);
            return replied;
        } finally {
            reservation.refund();
        }
    }

    /** About how many tokens a request with this briefing has. */
    private long tokens(Conversation conversation, String briefing) {
        return tokensBefore + conversation.tokensSinceReply() + TokenEstimate.of(briefing);
    }

    /** How many tokens, as the estimate counts them, the conversation may have of so many. */
    private long room(long tokens) {
        return Math.max(0, (long) (tokens / countedOfEstimated) - tokensOfSystem);
    }

    /** Estimates a conversation that was compacted, with what the provider's counts have told. */
    private void countAnew(Conversation conversation) {
        tokensBefore = (long) ((tokensOfSystem + conversation.tokensUpToReply()) * countedOfEstimated);
    }

    private String briefing(int turn, String now) throws InterruptedException {
        return journal.<TurnStarted, RuntimeException>step(
                        StepKeys.turn(turn), TurnStarted.class, () -> new TurnStarted(turn, now))
                .briefing();
    }

    /** Takes the provider's own count of the conversation, where it gives one. */
    private void count(RootReplied replied, Conversation conversation) {
        long read = replied.cost().inputTokens();
        if (read == 0) {
            tokensBefore += conversation.tokensSinceReply();
            return;
        }
        long estimated = tokensOfSystem + conversation.tokensUpToReply() + conversation.tokensSinceReply();
        countedOfEstimated = Math.clamp((double) read / estimated, 0.5, 3);
        // What a model has thought counts as written, and is not read again.
        long reply = TokenEstimate.of(replied.text())
                + replied.toolCalls().stream()
                        .mapToLong(call -> TokenEstimate.of(call.argumentsJson()))
                        .sum();
        tokensBefore = read + Math.min(replied.cost().outputTokens(), 2 * reply + EXTRA_OF_REPLY);
    }

    private RootReplied ask(int turn, Conversation conversation) throws ModelException, InterruptedException {
        Role.Answered answered = role.ask(
                new ModelRequest(
                        system,
                        conversation.messages(),
                        tools,
                        ledger.deadlineOf(clock.instant().plus(callTime))),
                audience,
                turn,
                clock);
        ModelReply reply = answered.reply();
        List<CodeCall> calls = reply.toolCalls().stream()
                .map(call -> new CodeCall(call.id(), call.name(), call.argumentsJson()))
                .toList();
        return new RootReplied(turn, reply.text(), calls, reply.stop() == StopReason.OUTPUT_LIMIT, answered.cost());
    }
}
