package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.engine.ReplyForm.Reading;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.HostCalls.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the sub-model once, and tells as an event what came of it. Thread-safe. */
final class SubModel {

    private static final System.Logger LOG = System.getLogger(SubModel.class.getName());

    /** About what an image has, in tokens: what it is depends on its size and the model. */
    private static final int TOKENS_OF_IMAGE = 1_600;

    private final Role role;
    private final Images images;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    SubModel(Role role, Images images, Duration callTime, Clock clock, Journal journal, Ledger ledger) {
        this.role = role;
        this.images = images;
        this.callTime = callTime;
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    /**
     * A sub-call.
     *
     * @param prompt the prompt
     * @param images the documents whose images go with it
     * @param hash the SHA-256 of what it is known by: the prompt, or its identity if there is a schema or an image
     * @param name what the call is within its cell
     * @param form what the reply must be, or null if it may be any text
     * @param model what is asked
     */
    record Call(
            String prompt,
            List<Integer> images,
            String hash,
            String name,
            @Nullable ReplyForm form,
            LanguageModel model) {}

    /** Asks the prompt. */
    SubCallEnded ask(int cell, Call call) throws InterruptedException {
        return ask(cell, call, List.of());
    }

    /** Asks for the reply again that did not fit, by telling the sub-model what was wrong with it. */
    SubCallEnded repair(int cell, Call call, SubCallEnded unfit) throws InterruptedException {
        return ask(cell, call, ReplyForm.repair(reply(unfit), String.valueOf(unfit.failure())));
    }

    /** About what a call reads, in tokens; to repair a reply that reply, too. */
    static long tokens(Call call, @Nullable SubCallEnded unfit) {
        long prompt = TokenEstimate.of(call.prompt())
                + (long) TOKENS_OF_IMAGE * call.images().size()
                + (call.form() == null ? 0 : TokenEstimate.of(call.form().instruction()));
        return unfit == null
                ? prompt
                : prompt + TokenEstimate.of(reply(unfit)) + TokenEstimate.of(String.valueOf(unfit.failure()));
    }

    private static String reply(SubCallEnded unfit) {
        return String.valueOf(unfit.reply());
    }

    private SubCallEnded ask(int cell, Call call, List<Message> afterwards) throws InterruptedException {
        Instant start = clock.instant();
        try {
            ModelReply reply = complete(call, afterwards, ledger.deadlineOf(start.plus(callTime)));
            CallCost cost = role.cost(reply, Duration.between(start, clock.instant()));
            if (reply.text().isBlank()) {
                return ended(cell, call, null, emptyReply(reply.stop()), cost);
            }
            ReplyForm form = call.form();
            return form == null
                    ? ended(cell, call, reply.text(), null, cost)
                    : typed(cell, call, reply, form.read(reply.text()), afterwards.isEmpty(), cost);
        } catch (ModelException e) {
            return ended(cell, call, null, e.getMessage(), null);
        } catch (RuntimeException e) {
            // One call's error of the program must not cost the replies of the others.
            LOG.log(System.Logger.Level.ERROR, "A sub-call ended with an error of the program.", e);
            return ended(cell, call, null, "The server failed to make this call.", null);
        }
    }

    private ModelReply complete(Call call, List<Message> afterwards, Instant deadline)
            throws ModelException, InterruptedException {
        ReplyForm form = call.form();
        if (form == null) {
            return call.model().complete(new ModelRequest("", List.of(message(call)), List.of(), deadline));
        }
        ModelRequest request = form.request(message(call), afterwards, deadline);
        try {
            return call.model().complete(request);
        } catch (ModelException e) {
            // What of a schema a provider takes is its own affair: what one refuses is told in words.
            if (e.kind() != ModelException.Kind.REFUSED || request.replySchema() == null) {
                throw e;
            }
            return call.model().complete(form.requestInWords(message(call), afterwards, deadline));
        }
    }

    private Message.User message(Call call) {
        return new Message.User(
                call.prompt(),
                call.images().stream()
                        .flatMap(number -> images.of(number).stream())
                        .toList());
    }

    private SubCallEnded typed(int cell, Call call, ModelReply reply, Reading reading, boolean isFirst, CallCost cost) {
        return switch (reading) {
            case Reading.Fits(String json) -> ended(cell, call, json, null, cost);
            case Reading.Unfit _
            when reply.stop() == StopReason.OUTPUT_LIMIT ->
                ended(
                        cell,
                        call,
                        null,
                        "The sub-model used all its output tokens before its reply was complete; ask for less at a time. "
                                + ReplyForm.start(reply.text()),
                        cost);
            case Reading.Unfit unfit ->
                ended(
                        cell,
                        call,
                        reply.text(),
                        isFirst ? unfit.problems() : ReplyForm.failure(reply.text(), unfit.problems()),
                        cost);
        };
    }

    /** A call that is not made, because an equal one has this reply. */
    SubCallReused reused(int cell, Call call, String reply) {
        String prompt = call.prompt();
        if (prompt.length() > SubCallEnded.PROMPT_START) {
            journal.keep(prompt);
        }
        return new SubCallReused(cell, promptStart(prompt), prompt.length(), textHash(call), reply);
    }

    private static String emptyReply(StopReason stop) {
        return switch (stop) {
            case OUTPUT_LIMIT ->
                "The sub-model used all its output tokens before it wrote a reply; ask for less at a time.";
            case WITHHELD -> "The provider withheld the sub-model's reply.";
            case COMPLETE, TOOL_CALLS, OTHER -> "The sub-model's reply was empty.";
        };
    }

    /** Whether there is a reply that does not fit its schema. */
    static boolean isUnfit(SubCallEnded ended) {
        return ended.reply() != null && ended.failure() != null;
    }

    /** A recorded outcome as the code gets it. */
    static Outcome outcome(SubCallEnded ended) {
        String reply = ended.reply();
        return reply != null && ended.failure() == null
                ? new Outcome.Reply(reply)
                : new Outcome.Failure(String.valueOf(ended.failure()));
    }

    private SubCallEnded ended(
            int cell, Call call, @Nullable String reply, @Nullable String failure, @Nullable CallCost cost) {
        String prompt = call.prompt();
        if (prompt.length() > SubCallEnded.PROMPT_START) {
            journal.keep(prompt);
        }
        return new SubCallEnded(
                cell, promptStart(prompt), prompt.length(), textHash(call), reply, failure, cost, call.images());
    }

    private static String textHash(Call call) {
        return call.form() == null && call.images().isEmpty() ? call.hash() : Payload.sha256(call.prompt());
    }

    /** As much of a prompt as an event holds. */
    private static String promptStart(String prompt) {
        int end = Math.min(prompt.length(), SubCallEnded.PROMPT_START);
        return prompt.substring(0, end > 0 && Character.isHighSurrogate(prompt.charAt(end - 1)) ? end - 1 : end);
    }
}
