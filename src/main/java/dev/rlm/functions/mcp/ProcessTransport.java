package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.framing.BoundedLines;
import dev.rlm.framing.BoundedLines.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The streams of a process: each message is a line. A process that does not read what it is sent, or that says what makes
 * no sense, is ended.
 */
final class ProcessTransport implements Transport {

    private static final int FAREWELL_MILLIS = 1_000;

    private final Process process;
    private final int mostBytes;
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final BlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
    private volatile boolean ended;

    /** A message, and whether the process has taken it. */
    private static final class Outgoing {
        private final byte[] bytes;
        private volatile boolean taken;

        Outgoing(ObjectNode message) {
            this.bytes = Messages.bytes(message);
        }
    }

    /** Talks with a process that was started; lines of more than so many bytes are not kept. */
    ProcessTransport(Process process, int mostBytes) {
        this.process = process;
        this.mostBytes = mostBytes;
        // Platform threads: what blocks on a pipe would hold a carrier of virtual threads.
        Thread.ofPlatform().name("function-input").daemon().start(this::write);
        Thread.ofPlatform().name("function-output").daemon().start(this::read);
    }

    @Override
    public JsonNode exchange(ObjectNode request, int most) throws McpException, InterruptedException {
        long id = request.path("id").longValue();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        Outgoing message = new Outgoing(request);
        outgoing.add(message);
        try {
            if (ended) {
                throw whyEnded();
            }
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof McpException told ? told : whyEnded();
        } catch (InterruptedException e) {
            if (!message.taken) {
                end();
            }
            throw e;
        } finally {
            waiting.remove(id);
        }
    }

    @Override
    public void tell(ObjectNode message) {
        outgoing.add(new Outgoing(message));
    }

    @Override
    public void agreed(String protocolVersion) {
        // It stands in no message.
    }

    @Override
    public boolean alive() {
        return !ended && process.isAlive();
    }

    private void write() {
        try (OutputStream out = process.getOutputStream()) {
            while (!ended) {
                Outgoing message = outgoing.poll(1, TimeUnit.SECONDS);
                if (message != null && !ended) {
                    out.write(message.bytes);
                    out.write('\n');
                    out.flush();
                    message.taken = true;
                }
            }
        } catch (IOException e) {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        BoundedLines lines = new BoundedLines(process.getInputStream(), mostBytes);
        try {
            for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                switch (line.get()) {
                    case Line.Whole(byte[] bytes) when bytes.length == 0 -> {}
                    case Line.Whole(byte[] bytes) -> receive(Messages.parse(bytes));
                    case Line.TooLong tooLong -> fail(tooLong);
                }
            }
        } catch (McpException e) {
            failAll(e);
        } catch (IOException e) {
            // It has ended, or was.
        }
        end();
    }

    private void receive(JsonNode message) {
        if (Messages.isRequest(message)) {
            tell(Messages.answerTo(message));
            return;
        }
        CompletableFuture<JsonNode> answer = waiting.get(message.path("id").longValue());
        if (answer != null && !message.has("method")) {
            answer.complete(message);
        }
    }

    /** Only the call that it answers is at fault, if that can be told. */
    private void fail(Line.TooLong line) throws McpException {
        McpException failure = HttpTransport.tooLarge(mostBytes);
        List<Long> meant = waiting.keySet().stream()
                .filter(id -> names(line.start(), id) || names(line.end(), id))
                .toList();
        if (meant.size() != 1) {
            throw failure;
        }
        CompletableFuture<JsonNode> answer = waiting.get(meant.getFirst());
        if (answer != null) {
            answer.completeExceptionally(failure);
        }
    }

    private static boolean names(String part, long id) {
        return Pattern.compile("\"id\"\\s*:\\s*" + id + "\\b").matcher(part).find();
    }

    private void failAll(McpException failure) {
        waiting.values().forEach(answer -> answer.completeExceptionally(failure));
    }

    private McpException whyEnded() {
        try {
            if (process.waitFor(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
                return new McpException("ended with exit code " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new McpException("was ended");
    }

    private void end() {
        ended = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        failAll(whyEnded());
    }

    /** Ends its input, upon which a server ends itself, and then the process with all that it has started. */
    @Override
    public void close() {
        ended = true;
        // Wakes the thread that writes, which closes the stream: closing it here would wait for a write under way.
        outgoing.add(new Outgoing(Messages.object()));
        boolean interrupted = false;
        try {
            var _ = process.waitFor(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
