package dev.rlm.sandbox;

import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Reply;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import dev.rlm.sandbox.protocol.VisibleText;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers the calls of one cell, each on a virtual thread of its own, several at a time. What a worker may have under
 * way at once is bounded, and a call is over when its answer is known, whether or not the worker takes it. Thread-safe.
 */
final class HostCallDesk {
    private static final String FAILED = "The server failed to answer: try again or go on without this.";

    /** So much is kept of what is told of prompts before they are asked. */
    private static final long MOST_PARTS_WAITING = 100_000;

    private final Map<Long, List<Frame.PromptParts>> located = new ConcurrentHashMap<>();
    private final AtomicLong partsWaiting = new AtomicLong();
    private final HostCalls calls;
    private final CallRoom room;
    private final FrameWriter toWorker;
    private final Runnable onEnd;
    private final Set<Thread> underWay = ConcurrentHashMap.newKeySet();
    private final Set<Long> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Answers to the worker what {@code calls} says, within a room that all its cells share; {@code onEnd} runs once for each call, as soon as its answer is known. */
    HostCallDesk(HostCalls calls, CallRoom room, FrameWriter toWorker, Runnable onEnd) {
        this.calls = calls;
        this.room = room;
        this.toWorker = toWorker;
        this.onEnd = onEnd;
    }

    /** Keeps what is known of the prompts of a query to come; what a worker tells too much of is forgotten. */
    void located(Frame.PromptsLocated told) {
        long parts = parts(told.prompts());
        if (partsWaiting.addAndGet(parts) > MOST_PARTS_WAITING) {
            partsWaiting.addAndGet(-parts);
            return;
        }
        List<Frame.PromptParts> before = located.put(told.call(), told.prompts());
        partsWaiting.addAndGet(before == null ? 0 : -parts(before));
    }

    private static long parts(List<Frame.PromptParts> prompts) {
        return prompts.stream().mapToLong(prompt -> 1 + prompt.parts().size()).sum();
    }

    /** Hands on what a cell has brought to light. */
    void observed(Frame.CellObserved told) {
        calls.observed(CellObservations.of(told));
    }

    private List<PromptParts> locatedFor(Frame.Query query) {
        List<Frame.PromptParts> told = located.remove(query.call());
        if (told == null) {
            return List.of();
        }
        partsWaiting.addAndGet(-parts(told));
        if (told.size() != query.prompts().size()) {
            return List.of();
        }
        return told.stream()
                .map(each -> new PromptParts(ContextPart.of(each.parts()), each.complete()))
                .toList();
    }

    void query(Frame.Query query) throws ProtocolException {
        Prompts prompts = new Prompts(query.prompts(), query.schema(), query.images(), locatedFor(query));
        answer(new Call(
                query.call(),
                prompts.texts().size(),
                prompts.texts().stream().mapToLong(String::length).sum(),
                query.clocks(),
                () -> calls.query(prompts)));
    }

    void ask(Frame.AskChildren ask) throws ProtocolException {
        List<ChildQuestion> questions =
                ask.questions().stream().map(HostCallDesk::question).toList();
        long size = ask.questions().stream()
                .mapToLong(each -> each.text().length()
                        + each.texts().stream()
                                .mapToLong(text -> text.text().length())
                                .sum())
                .sum();
        answer(new Call(ask.call(), questions.size(), size, ask.clocks(), () -> calls.ask(questions)));
    }

    void publish(Frame.Publish publish) throws ProtocolException {
        FinalValue value =
                new FinalValue(publish.value().text(), publish.value().json());
        answer(new Call(
                publish.call(),
                1,
                value.text().length() + value.json().length(),
                publish.clocks(),
                () -> List.of(calls.publish(value))));
    }

    void call(Frame.CallFunction asked) throws ProtocolException {
        FunctionCall call = new FunctionCall(asked.function(), asked.arguments());
        answer(new Call(asked.call(), 1, asked.arguments().length(), asked.clocks(), () -> List.of(calls.call(call))));
    }

    void history(Frame.HistoryQuery query) throws ProtocolException {
        answer(new Call(query.call(), 1, 0, "", () -> List.of(calls.history())));
    }

    /**
     * A call of a cell to somebody who answers.
     *
     * @param number its number
     * @param slots how many outcomes it must get
     * @param size how many characters it has
     * @param clocks what clocks have said in the cell since its last call
     * @param outcomes asks
     */
    private record Call(long number, int slots, long size, String clocks, Outcomes outcomes) {}

    private interface Outcomes {
        List<Outcome> get() throws InterruptedException;
    }

    private static ChildQuestion question(Frame.ChildQuestion asked) {
        ChildContext context = asked.texts().isEmpty()
                ? new ChildContext.Slices(asked.ranges().stream()
                        .map(range -> new ChildContext.Slice(range.start(), range.end()))
                        .toList())
                : new ChildContext.Texts(asked.texts().stream()
                        .map(text -> new ChildContext.Text(text.name(), text.text()))
                        .toList());
        Frame.ContextFacts about = asked.about();
        return new ChildQuestion(
                VisibleText.of(asked.text()),
                context,
                new ContextFacts(
                        about.characters(),
                        about.documents(),
                        about.first().stream()
                                .map(document -> new DocumentFacts(
                                        VisibleText.of(document.name()), document.characters(), document.lines()))
                                .toList(),
                        VisibleText.of(about.preview())),
                asked.schema());
    }

    private void answer(Call call) throws ProtocolException {
        open(call.number());
        if (!room.take(call.size())) {
            over(call.number());
            refuse(call, "There are too many sub-calls at once: send fewer or shorter prompts at a time.");
            return;
        }
        start(() -> {
            Frame.Replies replies;
            try {
                replies = new Frame.Replies(call.number(), replies(call));
            } finally {
                room.giveBack(call.size());
                over(call.number());
            }
            answer(replies, call);
        });
    }

    void budget(Frame.BudgetQuery query) throws ProtocolException {
        open(query.call());
        if (room.take(0)) {
            start(() -> {
                try {
                    answer(query);
                } finally {
                    room.giveBack(0);
                }
            });
        } else {
            // On the thread that reads: a worker that asks faster than it takes answers is not read from meanwhile.
            answer(query);
        }
    }

    private void answer(Frame.BudgetQuery query) {
        String json;
        try {
            json = budgetJson();
        } finally {
            over(query.call());
        }
        send(new Frame.Budget(query.call(), json));
    }

    /** Stops the calls under way; nothing is answered any more. */
    void close() {
        closed = true;
        underWay.forEach(Thread::interrupt);
    }

    private void open(long call) throws ProtocolException {
        if (!open.add(call)) {
            throw new ProtocolException("A worker used the number of a call twice at a time.");
        }
    }

    private void over(long call) {
        open.remove(call);
        onEnd.run();
    }

    private void start(Runnable call) {
        Thread thread = Thread.ofVirtual().name("host-call").unstarted(() -> {
            try {
                call.run();
            } finally {
                underWay.remove(Thread.currentThread());
            }
        });
        underWay.add(thread);
        thread.start();
        if (closed) {
            thread.interrupt();
        }
    }

    private String budgetJson() {
        try {
            return calls.budgetJson();
        } catch (RuntimeException e) {
            return "{}";
        }
    }

    private List<Reply> replies(Call call) {
        try {
            if (!call.clocks().isEmpty()) {
                calls.clocksSaid(call.clocks());
            }
            List<Reply> replies = call.outcomes().get().stream()
                    .map(outcome -> switch (outcome) {
                        case Outcome.Reply(String text) -> new Reply(true, text);
                        case Outcome.Failure(String message) -> new Reply(false, message);
                    })
                    .toList();
            return replies.size() == call.slots() ? replies : refusals(call, FAILED);
        } catch (InterruptedException e) {
            return refusals(call, "The cell was stopped.");
        } catch (RuntimeException e) {
            // Its message may hold what the cell must not see.
            return refusals(call, FAILED);
        }
    }

    private static List<Reply> refusals(Call call, String reason) {
        return Collections.nCopies(call.slots(), new Reply(false, reason));
    }

    private void refuse(Call call, String reason) {
        send(new Frame.Replies(call.number(), refusals(call, reason)));
    }

    private void answer(Frame.Replies replies, Call call) {
        if (closed) {
            return;
        }
        try {
            toWorker.write(replies);
        } catch (FrameTooLargeException e) {
            refuse(call, "The replies are too long together: ask for less at a time.");
        } catch (IOException e) {
            close();
        }
    }

    private void send(Frame frame) {
        try {
            toWorker.write(frame);
        } catch (IOException e) {
            close();
        }
    }
}
