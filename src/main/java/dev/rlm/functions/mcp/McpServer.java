package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.ForeignFunction;
import dev.rlm.functions.Offer;
import dev.rlm.functions.ServerState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One server: connected when it is first needed, and again after it was lost. Thread-safe.
 */
final class McpServer implements AutoCloseable {

    private static final int LONGEST_DESCRIPTION = 4_000;
    private static final int LONGEST_SCHEMA = 50_000;
    private static final int ENVELOPE_BYTES = 1 << 16;
    private static final int LINE_BYTES = 4 << 20;

    /** Who comes so soon after a failure gets the same one: connecting may take long, and many may want to. */
    private static final long NANOS_OF_FAILURE = Duration.ofSeconds(3).toNanos();

    private final McpServerSettings settings;
    private final ChildProcesses processes;
    private final String clientVersion;
    private final ReentrantLock connecting = new ReentrantLock();
    private @Nullable McpSession session;
    private @Nullable McpException failure;
    private long failedAt;
    private boolean closed;
    private volatile String state = "not connected yet";

    McpServer(McpServerSettings settings, ChildProcesses processes, String clientVersion) {
        this.settings = settings;
        this.processes = processes;
        this.clientVersion = clientVersion;
    }

    McpServerSettings settings() {
        return settings;
    }

    /** The functions that the server has of those that are allowed, in their order. */
    Offer offer() throws InterruptedException {
        Map<String, JsonNode> described = new HashMap<>();
        try {
            List<JsonNode> tools =
                    Limited.run(settings.connectTime(), () -> session().tools());
            tools.forEach(tool -> described.putIfAbsent(tool.path("name").asText(), tool));
        } catch (McpException e) {
            state = "it " + e.getMessage();
            return new Offer(List.of(), List.of(sentence(e)));
        }
        List<ForeignFunction> functions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String tool : settings.tools()) {
            JsonNode description = described.get(tool);
            JsonNode schema = description == null ? null : description.path("inputSchema");
            if (description == null || schema == null) {
                problems.add("The server " + settings.name() + " has no tool named " + tool + ".");
            } else if (!schema.isObject() || schema.toString().length() > LONGEST_SCHEMA) {
                problems.add("The tool " + tool + " of the server " + settings.name() + " has no schema of at most "
                        + LONGEST_SCHEMA + " characters for its arguments.");
            } else {
                functions.add(
                        new ForeignFunction(settings.function(tool), descriptionOf(description), schema.toString()));
            }
        }
        state = "connected";
        return new Offer(functions, problems);
    }

    private static String descriptionOf(JsonNode tool) {
        String text = tool.path("description").asText(tool.path("title").asText(""));
        return Messages.sentence(
                text.length() <= LONGEST_DESCRIPTION ? text : text.substring(0, LONGEST_DESCRIPTION) + "...");
    }

    /** Calls a tool, within the shorter of two limits. */
    CallOutcome call(String tool, ObjectNode arguments, Duration limit) throws InterruptedException {
        Duration shorter = limit.compareTo(settings.callTime()) < 0 ? limit : settings.callTime();
        try {
            JsonNode result = Limited.run(shorter, () -> callInSession(tool, arguments));
            state = "connected";
            return ToolResults.outcome(result);
        } catch (McpException e) {
            return new CallOutcome.Failure(sentence(e));
        }
    }

    private JsonNode callInSession(String tool, ObjectNode arguments) throws McpException, InterruptedException {
        int mostBytes = settings.mostBytes() + ENVELOPE_BYTES;
        McpSession current = session();
        try {
            return current.call(tool, arguments, mostBytes);
        } catch (McpException e) {
            if (!e.isSessionLost()) {
                throw e;
            }
            lost(current);
            return session().call(tool, arguments, mostBytes);
        }
    }

    /** The session that there is, or a new one. */
    private McpSession session() throws McpException, InterruptedException {
        connecting.lockInterruptibly();
        try {
            if (closed) {
                throw new McpException("is not needed any more");
            }
            McpSession current = session;
            if (current != null && current.alive()) {
                return current;
            }
            if (failure != null && System.nanoTime() - failedAt < NANOS_OF_FAILURE) {
                throw failure;
            }
            if (current != null) {
                current.close();
            }
            session = null;
            McpSession opened = connect();
            failure = null;
            session = opened;
            return opened;
        } finally {
            connecting.unlock();
        }
    }

    private McpSession connect() throws McpException, InterruptedException {
        AtomicReference<@Nullable McpSession> opened = new AtomicReference<>();
        boolean done = false;
        try {
            McpSession made = Limited.run(settings.connectTime(), () -> {
                McpSession begun = McpSession.open(transport(), clientVersion);
                opened.set(begun);
                return begun;
            });
            done = true;
            return made;
        } catch (McpException e) {
            state = "it " + e.getMessage();
            failure = e;
            failedAt = System.nanoTime();
            throw e;
        } finally {
            McpSession late = opened.get();
            if (!done && late != null) {
                late.close();
            }
        }
    }

    private Transport transport() throws McpException, InterruptedException {
        switch (settings.place()) {
            case McpServerSettings.Place.Address address -> {
                return new HttpTransport(address, settings.connectTime());
            }
            case McpServerSettings.Place.Command command -> {
                try {
                    int line = Math.max(LINE_BYTES, settings.mostBytes() + ENVELOPE_BYTES);
                    return new ProcessTransport(processes.start(command), line);
                } catch (IOException e) {
                    throw new McpException("cannot be started: its program is not there, or may not be run");
                }
            }
        }
    }

    private void lost(McpSession old) throws InterruptedException {
        connecting.lockInterruptibly();
        try {
            if (old.equals(session)) {
                session = null;
            }
        } finally {
            connecting.unlock();
        }
        old.close();
    }

    private String sentence(McpException e) {
        return "The server " + settings.name() + " " + e.getMessage() + ".";
    }

    ServerState state() {
        return new ServerState(
                settings.name(),
                settings.place().toString(),
                settings.tools().stream().map(settings::function).toList(),
                state);
    }

    @Override
    public void close() {
        McpSession open;
        connecting.lock();
        try {
            closed = true;
            open = session;
            session = null;
        } finally {
            connecting.unlock();
        }
        if (open != null) {
            open.close();
        }
    }
}
