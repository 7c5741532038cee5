package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.engine.ReplyForm.Reading;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;

/**
 * Has sub-models compare what an answer claims with the passages that it cites: one call for each passage, which sees the
 * claim and the passage and nothing of the run. The calls are recorded steps, and sub-calls within the budget; those that it
 * does not allow are recorded as unchecked. The answer stays as it is.
 */
public final class Verification {

    /** The verdict of a passage that no sub-model gave a verdict on. */
    public static final String UNCHECKED = "unchecked";

    private static final JsonSchema VERDICT = verdict();

    private final Role role;
    private final EngineSettings settings;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    /** A verification by this model. */
    public Verification(Role role, EngineSettings settings, Clock clock, Journal journal, Ledger ledger) {
        this.role = role;
        this.settings = settings;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    private static JsonSchema verdict() {
        try {
            return JsonSchema.parse("""
                    {"type":"object","properties":{"verdict":{"type":"string","enum":["supported","contradicted","unclear"]},\
                    "reason":{"type":"string"}},"required":["verdict","reason"],"additionalProperties":false}""");
        } catch (SchemaException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Checks what an answer claims by each of its citations; nothing if there is no answer.
     *
     * @param documents the documents that are cited
     * @throws InterruptedException if the calling thread was interrupted; the run was abandoned
     */
    public void verify(Question question, Answer answer, List<Citation> citations, List<SandboxDocument> documents)
            throws InterruptedException {
        if (answer.status() == Answer.Status.FAILED) {
            return;
        }
        try (CallBatch<ClaimChecked> made = new CallBatch<>()) {
            Iterator<Citation> next = citations.iterator();
            for (int number = 1; next.hasNext() && !made.isBroken(); number++) {
                String key = StepKeys.claim(number);
                Citation citation = next.next();
                if (journal.recorded(key, ClaimChecked.class).isEmpty()) {
                    made.start(
                            key,
                            () -> journal.<ClaimChecked, RuntimeException>step(
                                    key,
                                    ClaimChecked.class,
                                    () -> check(question, Claims.of(answer, citation), citation, documents)));
                }
            }
            made.outcomes();
        }
    }

    private ClaimChecked check(Question question, String claim, Citation citation, List<SandboxDocument> documents)
            throws InterruptedException {
        String prompt = prompt(question, claim, citation, documents);
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            Ledger.Reservation reservation = ledger.reserveSubCall(role.estimate(TokenEstimate.of(prompt)));
            try {
                ClaimChecked checked = ask(prompt, claim, citation);
                reservation.settle(Role.charge(checked.cost()));
                return checked;
            } finally {
                reservation.refund();
            }
        } catch (BudgetExceededException | ModelException e) {
            return new ClaimChecked(citation, claim, UNCHECKED, String.valueOf(e.getMessage()), null);
        }
    }

    private static String prompt(Question question, String claim, Citation citation, List<SandboxDocument> documents) {
        return SystemPrompt.text("verify.md") + "\n"
                + MessageText.CLAIM.with(
                        question.text(), claim, citation.line(), citation.document(), Passage.of(citation, documents));
    }

    private ClaimChecked ask(String prompt, String claim, Citation citation)
            throws ModelException, InterruptedException {
        ReplyForm form = ReplyForm.of(VERDICT, role);
        ModelRequest request = form.request(
                new Message.User(prompt),
                List.of(),
                ledger.deadlineOf(clock.instant().plus(settings.callTime())));
        Role.Answered answered = role.ask(request, clock);
        String reply = ReplyParser.withoutThinking(answered.reply().text());
        return switch (form.read(reply)) {
            case Reading.Fits(String json) ->
                new ClaimChecked(
                        citation,
                        claim,
                        String.valueOf(Json.textMember(json, "verdict")),
                        String.valueOf(Json.textMember(json, "reason")),
                        answered.cost());
            case Reading.Unfit(String problems) ->
                new ClaimChecked(
                        citation,
                        claim,
                        UNCHECKED,
                        "The sub-model's verdict could not be read: " + problems,
                        answered.cost());
        };
    }
}
