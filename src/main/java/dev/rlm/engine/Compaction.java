package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the older turns of a conversation that comes near the root model's window by a summary, which the root model
 * writes in a call beside its turns. To that the variables of the moment are added, whatever the summary says. If the model
 * cannot be asked, the turns themselves, shortened, are the summary.
 */
final class Compaction {

    private static final String SYSTEM = SystemPrompt.text("summary.md");

    /** So many turns stay as they were, if they leave enough room. */
    private static final int MOST_KEPT = 3;

    /** Of the room, this part may be taken by what stays. */
    private static final int SHARE_OF_KEPT = 2;

    /** Cautious, for text that is code and numbers. */
    private static final int CHARACTERS_OF_TOKEN = 2;

    /** Messages are not cut to less, in characters. */
    private static final int LEAST_CHARACTERS = 400;

    private static final int MOST_SUMMARY = 16_000;

    private final Role role;
    private final Repl repl;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    Compaction(Role role, Repl repl, Duration callTime, Clock clock, Journal journal, Ledger ledger) {
        this.role = role;
        this.repl = repl;
        this.callTime = callTime;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    /** Compacts as it is recorded for this turn; whether it is. */
    boolean again(String key, Conversation conversation) {
        Optional<Compacted> recorded = journal.recorded(key, Compacted.class);
        recorded.ifPresent(conversation::compact);
        return recorded.isPresent();
    }

    /**
     * Makes a conversation smaller, if there is something that can be left out.
     *
     * @param room how many tokens it should have at most, without the system prompt
     * @return whether it is smaller now
     */
    boolean compact(String key, int turn, Conversation conversation, long room) throws InterruptedException {
        if (conversation.replies() == 0) {
            return false;
        }
        long roomOfKept = Math.max(LEAST_CHARACTERS, room - TokenEstimate.of(conversation.asked())) / SHARE_OF_KEPT;
        int kept = kept(conversation, roomOfKept);
        long tokensOfKept = conversation.tokensOf(kept);
        boolean cut = tokensOfKept > roomOfKept;
        List<Message> older = conversation.before(kept);
        if (older.isEmpty() && !cut) {
            return false;
        }
        int characters = cut ? characters(roomOfKept) : 0;
        Compacted compacted = journal.<Compacted, RuntimeException>step(
                key, Compacted.class, () -> compacted(turn, kept, characters, conversation.asked(), older, room));
        conversation.compact(compacted);
        return true;
    }

    /** How many turns stay: at least the last, which the REPL has just answered. */
    private static int kept(Conversation conversation, long roomOfKept) {
        int kept = Math.min(MOST_KEPT, Math.max(1, conversation.replies() - 1));
        while (kept > 1 && conversation.tokensOf(kept) > roomOfKept) {
            kept--;
        }
        return kept;
    }

    private Compacted compacted(int turn, int kept, int messageCharacters, String first, List<Message> older, long room)
            throws InterruptedException {
        if (older.isEmpty()) {
            return new Compacted(turn, kept, messageCharacters, "", "", null);
        }
        int longest = Math.min(MOST_SUMMARY, characters(room / 4));
        String variables = variables();
        int each = Math.max(LEAST_CHARACTERS, characters(room) / (older.size() + 1));
        try {
            Role.Answered written = written(Summaries.task(first, older, each));
            String text = ReplyParser.withoutThinking(written.reply().text()).strip();
            if (!text.isEmpty()) {
                return new Compacted(
                        turn, kept, messageCharacters, Summaries.cut(text, longest), variables, written.cost());
            }
        } catch (BudgetExceededException | ModelException e) {
            // The run goes on: what it cannot go on with will show in the next turn.
        }
        return new Compacted(turn, kept, messageCharacters, Summaries.digest(older, longest), variables, null);
    }

    private Role.Answered written(String task) throws BudgetExceededException, ModelException, InterruptedException {
        Ledger.Reservation reservation =
                ledger.reserveBeside(role.estimate(TokenEstimate.of(SYSTEM) + TokenEstimate.of(task)));
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            Role.Answered answered = role.ask(
                    new ModelRequest(
                            SYSTEM,
                            List.of(new Message.User(task)),
                            List.of(),
                            ledger.deadlineOf(clock.instant().plus(callTime))),
                    clock);
            reservation.settle(Role.charge(answered.cost()));
            return answered;
        } finally {
            reservation.refund();
        }
    }

    private String variables() throws InterruptedException {
        try {
            return Summaries.list(repl.variables());
        } catch (SandboxException e) {
            return MessageText.VARIABLES_NOT_KNOWN.with(String.valueOf(e.getMessage()));
        }
    }

    private static int characters(long tokens) {
        return Math.clamp(tokens * CHARACTERS_OF_TOKEN, LEAST_CHARACTERS, Integer.MAX_VALUE);
    }
}
