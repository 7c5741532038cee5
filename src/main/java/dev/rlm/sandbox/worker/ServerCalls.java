package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Reply;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Calls from a cell to the server. Thread-safe; a call blocks its thread until the server has answered. */
final class ServerCalls {
    /** A batch is sent in parts of about this many characters, each well below the limit of a frame. */
    private static final int PART_CHARACTERS = 10_000_000;

    private static final Frame.Refused CELL_ENDED =
            new Frame.Refused("The cell that this thread belongs to has ended: wait for threads in it.");

    private final FrameWriter out;
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, CompletableFuture<Frame>> waiting = new ConcurrentHashMap<>();
    private volatile boolean open;

    ServerCalls(FrameWriter out) {
        this.out = out;
    }

    /** Lets calls through while a cell runs, and refuses them else: the server answers no call of a cell that has ended. */
    void admit(boolean open) {
        this.open = open;
        if (!open) {
            waiting.keySet().forEach(call -> answered(call, CELL_ENDED));
        }
    }

    /** Hands an answer to the call that waits for it. */
    void answered(long call, Frame answer) {
        CompletableFuture<Frame> future = waiting.remove(call);
        if (future != null) {
            future.complete(answer);
        }
    }

    /** Asks sub-models; one reply for each prompt, in order. */
    List<Reply> query(List<String> prompts) throws InterruptedException {
        List<List<String>> parts = parts(prompts);
        List<PendingCall> calls = new ArrayList<>();
        for (List<String> part : parts) {
            calls.add(start(call -> new Frame.Query(call, part)));
        }
        List<Reply> replies = new ArrayList<>(prompts.size());
        for (int i = 0; i < parts.size(); i++) {
            int size = parts.get(i).size();
            switch (await(calls.get(i))) {
                case Frame.Replies(long _, List<Reply> received)
                when received.size() == size -> replies.addAll(received);
                case Frame.Refused(String reason) ->
                    replies.addAll(Collections.nCopies(size, new Reply(false, reason)));
                default -> replies.addAll(Collections.nCopies(size, new Reply(false, "The server gave no answer.")));
            }
        }
        return replies;
    }

    /** What is left, as a JSON object. */
    String budget() throws InterruptedException {
        return await(start(Frame.BudgetQuery::new)) instanceof Frame.Budget(long _, String json) ? json : "{}";
    }

    /** Tells the server a final value before its cell has ended; a value too long for that is told at the end. */
    void handOver(long run, Frame.Value value) {
        try {
            out.write(new Frame.HandedOver(run, value));
        } catch (IOException e) {
            // The end of the cell tells it too.
        }
    }

    private static List<List<String>> parts(List<String> prompts) {
        List<List<String>> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        long characters = 0;
        for (String prompt : prompts) {
            boolean full = part.size() == Frame.Query.MOST_PROMPTS || characters + prompt.length() > PART_CHARACTERS;
            if (!part.isEmpty() && full) {
                parts.add(part);
                part = new ArrayList<>();
                characters = 0;
            }
            part.add(prompt);
            characters += prompt.length();
        }
        parts.add(part);
        return parts;
    }

    private record PendingCall(long id, CompletableFuture<Frame> answer) {}

    private interface Request {
        Frame of(long call);
    }

    private PendingCall start(Request request) {
        long id = lastCall.incrementAndGet();
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        if (!open) {
            answered(id, CELL_ENDED);
            return new PendingCall(id, answer);
        }
        try {
            out.write(request.of(id));
        } catch (FrameTooLargeException e) {
            answered(id, new Frame.Refused("The prompts are too long to be sent: send smaller slices."));
        } catch (IOException e) {
            answered(id, new Frame.Refused("The server is gone."));
        }
        return new PendingCall(id, answer);
    }

    private Frame await(PendingCall call) throws InterruptedException {
        try {
            return call.answer().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(call.id());
        }
    }
}
