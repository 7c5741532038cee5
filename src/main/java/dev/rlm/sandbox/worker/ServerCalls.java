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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Calls from a cell to the server. Thread-safe; a call blocks its thread until the server has answered. */
final class ServerCalls {
    /** A batch is sent in parts of about this many characters, each well below the limit of a frame. */
    private static final int PART_CHARACTERS = 10_000_000;

    private static final Frame.Refused CELL_ENDED =
            new Frame.Refused(Frame.ROOT, "The cell that this thread belongs to has ended: wait for threads in it.");

    private final FrameWriter out;
    private final TaskContext context = new TaskContext();
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, PendingCall> waiting = new ConcurrentHashMap<>();

    /** The REPLs of which a cell runs. */
    private final Set<Integer> admitted = ConcurrentHashMap.newKeySet();

    private volatile List<Frame.Function> offered = List.of();

    ServerCalls(FrameWriter out) {
        this.out = out;
    }

    /** Offers functions to the REPLs that are opened from now on. */
    void offer(List<Frame.Function> functions) {
        offered = functions;
    }

    /** The functions that are offered. */
    List<Frame.Function> offered() {
        return offered;
    }

    /** The context of the task. */
    TaskContext context() {
        return context;
    }

    /** Lets the calls of a REPL through, since a cell of it begins. */
    void admit(int repl) {
        admitted.add(repl);
    }

    /** Refuses the calls of a REPL, also those that wait: the server answers no call of a cell that has ended. */
    void refuse(int repl) {
        admitted.remove(repl);
        waiting.values().stream().filter(call -> call.repl() == repl).forEach(call -> answered(call.id(), CELL_ENDED));
    }

    /** Hands an answer to the call that waits for it. */
    void answered(long call, Frame answer) {
        PendingCall pending = waiting.remove(call);
        if (pending != null) {
            pending.answer().complete(answer);
        }
    }

    /**
     * Asks sub-models; one reply for each prompt, in order.
     *
     * @param clocks what clocks have said in the cell since its last call
     * @param schema the JSON Schema that each reply must fit, or null
     * @param images the numbers of the images of each prompt; empty if there are none at all
     */
    List<Reply> query(
            int repl, List<String> prompts, String clocks, @Nullable String schema, List<List<Integer>> images)
            throws InterruptedException {
        List<List<String>> parts = parts(prompts);
        List<PendingCall> calls = new ArrayList<>();
        int sent = 0;
        for (List<String> part : parts) {
            List<List<Integer>> shown = images.isEmpty() ? images : images.subList(sent, sent + part.size());
            sent += part.size();
            String told = calls.isEmpty() ? clocks : "";
            calls.add(start(repl, call -> {
                context.partsOf(part).ifPresent(found -> tell(new Frame.PromptsLocated(repl, call, found)));
                return new Frame.Query(repl, call, part, told, schema, shown);
            }));
        }
        List<Reply> replies = new ArrayList<>(prompts.size());
        for (int i = 0; i < parts.size(); i++) {
            replies.addAll(replies(calls.get(i), parts.get(i).size()));
        }
        return replies;
    }

    private List<Reply> replies(PendingCall call, int slots) throws InterruptedException {
        return switch (await(call)) {
            case Frame.Replies(long _, List<Reply> received) when received.size() == slots -> received;
            case Frame.Refused(int _, String reason) -> Collections.nCopies(slots, new Reply(false, reason));
            default -> Collections.nCopies(slots, new Reply(false, "The server gave no answer."));
        };
    }

    /**
     * Asks child questions; one reply for each, in order.
     *
     * @param clocks what clocks have said in the cell since its last call
     */
    List<Reply> ask(int repl, List<Frame.ChildQuestion> questions, String clocks) throws InterruptedException {
        return replies(start(repl, call -> new Frame.AskChildren(repl, call, questions, clocks)), questions.size());
    }

    /**
     * Publishes a value; the reply tells whether it was taken, or why not.
     *
     * @param clocks what clocks have said in the cell since its last call
     */
    Reply publish(int repl, Frame.Value value, String clocks) throws InterruptedException {
        return replies(start(repl, call -> new Frame.Publish(repl, call, value, clocks)), 1)
                .getFirst();
    }

    /**
     * Calls an offered function; the reply is a JSON value, or why there is none.
     *
     * @param clocks what clocks have said in the cell since its last call
     */
    Reply call(int repl, String function, String arguments, String clocks) throws InterruptedException {
        return replies(start(repl, call -> new Frame.CallFunction(repl, call, function, arguments, clocks)), 1)
                .getFirst();
    }

    /** The turns before the cell, as a JSON array; an empty one if the server does not tell. */
    String history(int repl) throws InterruptedException {
        Reply reply = replies(start(repl, call -> new Frame.HistoryQuery(repl, call)), 1)
                .getFirst();
        return reply.answered() ? reply.text() : "[]";
    }

    /** What is left, as a JSON object. */
    String budget(int repl) throws InterruptedException {
        return await(start(repl, call -> new Frame.BudgetQuery(repl, call)))
                        instanceof Frame.Budget(long _, String json)
                ? json
                : "{}";
    }

    /** Tells the server something that it does not answer; what cannot be told is not. */
    void tell(Frame.FromWorker frame) {
        try {
            out.write(frame);
        } catch (IOException e) {
            // It is unknown there then.
        }
    }

    /** Tells the server a final value before its cell has ended; a value too long for that is told at the end. */
    void handOver(int repl, long run, Frame.Value value) {
        if (!admitted.contains(repl)) {
            return;
        }
        try {
            out.write(new Frame.HandedOver(repl, run, value));
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

    private record PendingCall(int repl, long id, CompletableFuture<Frame> answer) {}

    private interface Request {
        Frame of(long call);
    }

    private PendingCall start(int repl, Request request) {
        long id = lastCall.incrementAndGet();
        PendingCall call = new PendingCall(repl, id, new CompletableFuture<>());
        waiting.put(id, call);
        if (!admitted.contains(repl)) {
            answered(id, CELL_ENDED);
            return call;
        }
        try {
            out.write(request.of(id));
        } catch (FrameTooLargeException e) {
            answered(id, new Frame.Refused(repl, "This is too long to be sent: send less at a time."));
        } catch (IOException e) {
            answered(id, new Frame.Refused(repl, "The server is gone."));
        }
        return call;
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
