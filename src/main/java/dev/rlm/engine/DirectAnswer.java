package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.ContextException;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Answers a question in one call of the root model, which reads the contexts in full. The call is a recorded step and
 * counts as a turn. Thread-safe: it holds no state of a run.
 */
public final class DirectAnswer {

    private static final String NO_ANSWER = "CANNOT ANSWER";

    private final Role root;
    private final EngineSettings settings;
    private final Audience audience;
    private final Clock clock;

    /** Answers of this model. */
    public DirectAnswer(Role root, EngineSettings settings, Clock clock) {
        this(root, settings, Audience.NOBODY, clock);
    }

    /** Answers of this model, which an audience sees it write. */
    public DirectAnswer(Role root, EngineSettings settings, Audience audience, Clock clock) {
        this.root = root;
        this.settings = settings;
        this.audience = audience;
        this.clock = clock;
    }

    /** The text of the contexts; asked for only if the call was not made before. */
    @FunctionalInterface
    public interface Documents {
        /** All documents, each after a line with its name. */
        String text() throws ContextException, InterruptedException;
    }

    /**
     * The model's answer, which fits the question's schema if it has one; or a failed one with the reason, if the model found
     * none, could not be asked, or wrote one that does not fit.
     *
     * @throws ContextException if the contexts cannot be read
     * @throws InterruptedException if the calling thread was interrupted; the run was abandoned
     */
    public Answer answer(Question question, Documents documents, Journal journal, Ledger ledger)
            throws ContextException, InterruptedException {
        Optional<DirectReplied> recorded = journal.recorded(StepKeys.DIRECT, DirectReplied.class);
        try {
            return read(question, recorded.isPresent() ? recorded.get() : ask(question, documents, journal, ledger));
        } catch (BudgetExceededException e) {
            return Answer.failed(String.valueOf(e.getMessage()));
        } catch (ModelException e) {
            return Answer.failed("The root model could not be asked: " + e.getMessage());
        }
    }

    private static Answer read(Question question, DirectReplied replied) {
        String text = replied.text().strip();
        if (replied.cut()) {
            return Answer.failed("The root model's reply was cut at its output limit.");
        }
        if (text.isEmpty() || text.replaceAll("\\p{Punct}", "").equalsIgnoreCase(NO_ANSWER)) {
            return Answer.failed("The root model read the context and found no answer in it.");
        }
        FinalCheck.Written written = new FinalCheck(question.schema()).written(text);
        return written.rejection().isPresent()
                ? Answer.failed("The root model's answer does not fit the schema.")
                : Answer.direct(written.value());
    }

    private DirectReplied ask(Question question, Documents documents, Journal journal, Ledger ledger)
            throws BudgetExceededException, ModelException, ContextException, InterruptedException {
        String system = SystemPrompt.text("direct.md");
        String prompt = Briefing.direct(question) + documents.text();
        Ledger.Reservation reservation =
                ledger.reserveTurn(root.estimate(TokenEstimate.of(system) + TokenEstimate.of(prompt)));
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            DirectReplied replied = journal.<DirectReplied, ModelException>step(
                    StepKeys.DIRECT, DirectReplied.class, () -> ask(system, prompt, ledger));
            reservation.settle(Role.charge(replied.cost()));
            return replied;
        } finally {
            reservation.refund();
        }
    }

    private DirectReplied ask(String system, String prompt, Ledger ledger) throws ModelException, InterruptedException {
        Role.Answered answered = root.ask(
                new ModelRequest(
                        system,
                        List.of(new Message.User(prompt)),
                        List.of(),
                        ledger.deadlineOf(clock.instant().plus(settings.callTime()))),
                audience,
                0,
                clock);
        return new DirectReplied(
                answered.reply().text(), answered.reply().stop() == StopReason.OUTPUT_LIMIT, answered.cost());
    }
}
