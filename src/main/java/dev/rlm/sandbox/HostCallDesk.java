package dev.rlm.sandbox;

import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Reply;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers the calls of one cell, each on a virtual thread of its own, several at a time. What a worker may have under
 * way at once is bounded, and a call is over when its answer is known, whether or not the worker takes it. Thread-safe.
 */
final class HostCallDesk {
    private static final String FAILED = "The server failed to answer: try again or go on without this.";

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

    void query(Frame.Query query) throws ProtocolException {
        open(query.call());
        long size = query.prompts().stream().mapToLong(String::length).sum();
        if (!room.take(size)) {
            over(query.call());
            refuse(query, "There are too many sub-calls at once: send fewer or shorter prompts at a time.");
            return;
        }
        start(() -> {
            Frame.Replies replies;
            try {
                replies = new Frame.Replies(query.call(), replies(query));
            } finally {
                room.giveBack(size);
                over(query.call());
            }
            answer(replies, query);
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

    private List<Reply> replies(Frame.Query query) {
        List<String> prompts = query.prompts();
        try {
            if (!query.clocks().isEmpty()) {
                calls.clocksSaid(query.clocks());
            }
            List<Reply> replies = calls.query(prompts).stream()
                    .map(outcome -> switch (outcome) {
                        case Outcome.Reply(String text) -> new Reply(true, text);
                        case Outcome.Failure(String message) -> new Reply(false, message);
                    })
                    .toList();
            return replies.size() == prompts.size() ? replies : refusals(prompts, FAILED);
        } catch (InterruptedException e) {
            return refusals(prompts, "The cell was stopped.");
        } catch (RuntimeException e) {
            // Its message may hold what the cell must not see.
            return refusals(prompts, FAILED);
        }
    }

    private static List<Reply> refusals(List<String> prompts, String reason) {
        return Collections.nCopies(prompts.size(), new Reply(false, reason));
    }

    private void refuse(Frame.Query query, String reason) {
        send(new Frame.Replies(query.call(), refusals(query.prompts(), reason)));
    }

    private void answer(Frame.Replies replies, Frame.Query query) {
        if (closed) {
            return;
        }
        try {
            toWorker.write(replies);
        } catch (FrameTooLargeException e) {
            refuse(query, "The replies are too long together: ask fewer prompts at a time.");
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
