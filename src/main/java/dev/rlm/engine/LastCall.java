package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.Repl.Variable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one call in which the root model of a stopped run chooses what the answer is: a variable, of which it sees name,
 * type, size and preview, or a short text of its own. It is no turn, so that it can be made when all turns are used up; it
 * may take a little longer than the run's time, and needs tokens and money as any other.
 */
final class LastCall {

    private static final String SYSTEM = SystemPrompt.text("last-call.md");

    /** The call takes no longer, and goes beyond the run's time by no more. */
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    /** Own words that are longer are no short text. */
    private static final int MOST_WORDS = 2_000;

    private static final Pattern CHOSEN = Pattern.compile("[\\s*`]*VARIABLE\\s*:[\\s*`]*([^\\s*`.]+)[\\s*`.]*");
    private static final Pattern WORDS = Pattern.compile("[\\s*`]*OWN WORDS\\s*:[*`]*\\s*(\\S.*?)\\s*", Pattern.DOTALL);

    private final String opening;
    private final Role role;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    /** @param opening what the root model was asked, as it began its conversation */
    LastCall(String opening, Role role, Clock clock, Journal journal, Ledger ledger) {
        this.opening = opening;
        this.role = role;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    /** What the root model chose. */
    sealed interface Choice {
        /** The variable of this name, which there is. */
        record Chosen(String name) implements Choice {}

        /** A text of its own. */
        record Words(String text) implements Choice {}
    }

    /** Asks, unless that is recorded; empty if the call could not be made, or the reply says neither. */
    Optional<Choice> choose(String reason, List<Variable> variables) throws InterruptedException {
        Optional<LastReplied> recorded = journal.recorded(StepKeys.LAST, LastReplied.class);
        try {
            LastReplied replied = recorded.isPresent() ? recorded.get() : ask(reason, variables);
            return choice(replied.text(), variables);
        } catch (BudgetExceededException | ModelException e) {
            return Optional.empty();
        }
    }

    private LastReplied ask(String reason, List<Variable> variables)
            throws BudgetExceededException, ModelException, InterruptedException {
        String message = opening + MessageText.LAST_CALL.with(reason, Summaries.list(variables));
        Ledger.Reservation reservation =
                ledger.reserveBeside(role.estimate(TokenEstimate.of(SYSTEM) + TokenEstimate.of(message)));
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            LastReplied replied =
                    journal.<LastReplied, ModelException>step(StepKeys.LAST, LastReplied.class, () -> ask(message));
            reservation.settle(Role.charge(replied.cost()));
            return replied;
        } finally {
            reservation.refund();
        }
    }

    private LastReplied ask(String message) throws ModelException, InterruptedException {
        Instant now = clock.instant();
        Instant deadline = Collections.min(List.of(now.plus(MOST_TIME), ledger.lastDeadline(MOST_TIME)));
        if (deadline.isBefore(now.plus(LEAST_TIME))) {
            throw new ModelException(ModelException.Kind.TIMEOUT, "There is no time left for a last call.");
        }
        Role.Answered answered =
                role.ask(new ModelRequest(SYSTEM, List.of(new Message.User(message)), List.of(), deadline), clock);
        return new LastReplied(answered.reply().text(), answered.cost());
    }

    private static Optional<Choice> choice(String reply, List<Variable> variables) {
        String said = ReplyParser.withoutThinking(reply);
        Matcher chosen = CHOSEN.matcher(said);
        // A reply of nothing but the name is understood, too.
        String name = chosen.matches() ? chosen.group(1) : said.strip();
        if (variables.stream().anyMatch(variable -> variable.name().equals(name))) {
            return Optional.of(new Choice.Chosen(name));
        }
        Matcher words = WORDS.matcher(said);
        return words.matches() && words.group(1).length() <= MOST_WORDS
                ? Optional.of(new Choice.Words(words.group(1)))
                : Optional.empty();
    }
}
