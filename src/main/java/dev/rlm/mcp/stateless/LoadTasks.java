package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.context.ContextException;
import dev.rlm.context.Lease;
import dev.rlm.context.LoadRecords;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import dev.rlm.mcp.RlmTool;
import dev.rlm.mcp.Tools;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Loads of files, folders and addresses as tasks of the tasks extension, once they take longer than a caller likes to wait.
 * What the call itself carries is there within seconds and becomes no task.
 *
 * <p>Each load has a key, so it is done once among all replicas. A server that is asked for a task which nobody works on any
 * more calls the tool again, under the same key.
 */
@Singleton
final class LoadTasks implements TaskKind {

    private static final String LOAD = "rlm_load_context";
    private static final Pattern ID = Pattern.compile("load_[0-9a-f]{32}");

    /** How many loads of tasks one server does at a time, and how many of one caller; more are answered when they are done. */
    private static final int MOST = 64;

    private static final int MOST_OF_CALLER = 16;

    /** How many characters of text a task may carry besides paths and addresses. */
    private static final long MOST_TEXT = 1_000_000;

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Loading loading;
    private final Provider<LoadRecords> records;
    private final Duration patience;
    private final Clock clock;
    private final Map<String, LoadInProgress> running = new ConcurrentHashMap<>();
    private volatile boolean ending;

    /** Does loads. */
    interface Loading {
        /** As a call of the tool. */
        Tools.Result begin(ObjectNode arguments, RlmTool.Caller caller);

        /** Once more, as a part of the call that has begun it. */
        Tools.Result resume(ObjectNode arguments, RlmTool.Caller caller);
    }

    @Inject
    LoadTasks(
            Tools tools,
            Provider<LoadRecords> records,
            @ConfigProperty(name = "rlm.context.task-after") Duration patience) {
        this(
                new Loading() {
                    @Override
                    public Tools.Result begin(ObjectNode arguments, RlmTool.Caller caller) {
                        return tools.call(LOAD, arguments, caller);
                    }

                    @Override
                    public Tools.Result resume(ObjectNode arguments, RlmTool.Caller caller) {
                        return tools.resume(LOAD, arguments, caller);
                    }
                },
                records,
                patience,
                Clock.systemUTC());
    }

    LoadTasks(Loading loading, Provider<LoadRecords> records, Duration patience, Clock clock) {
        this.loading = loading;
        this.records = records;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String tool, ObjectNode arguments) {
        return tool.equals(LOAD)
                && (arguments.has("paths") || arguments.has("urls"))
                && charactersIn(arguments) <= MOST_TEXT;
    }

    private static long charactersIn(ObjectNode arguments) {
        long characters = arguments.path("text").asText().length();
        for (JsonNode document : arguments.path("documents")) {
            characters += document.path("text").asText().length();
        }
        return characters;
    }

    @Override
    public boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    @Override
    public ObjectNode begin(ObjectNode arguments, Call call) throws ProtocolError {
        String id = "load_" + UUID.randomUUID().toString().replace("-", "");
        ObjectNode keyed = arguments.deepCopy();
        if (arguments.path("key").isMissingNode()) {
            keyed.put("key", id);
        }
        LoadRecord load = LoadRecord.begun(id, call.name(), keyed, clock.instant());
        LoadInProgress begun = inProgress(load, () -> loading.begin(keyed, new Background(call.who())));
        boolean canBeTask = hasRoom(call.name());
        running.put(id, begun);
        begun.begin();
        call.exchange().onClose(begun::abandon);
        try {
            if (!begun.awaitEnd(patience) && canBeTask && begun.publish()) {
                return LoadTaskForm.task(load, clock.instant()).put("resultType", "task");
            }
            return ToolResults.json(begun.result());
        } catch (InterruptedException e) {
            begun.interrupt();
            throw interrupted();
        }
    }

    @Override
    public Seen find(String id, Call call) throws ProtocolError {
        LoadRecord load = record(id, call);
        if (load.state() == State.WORKING && isAbandoned(load)) {
            goOn(load, call.who());
        }
        boolean ended = load.state() != State.WORKING;
        return new Seen(LoadTaskForm.detailed(load, clock.instant()), ended ? 1 : 0, ended);
    }

    private boolean isAbandoned(LoadRecord load) {
        return !running.containsKey(load.id()) && Lease.isOver(load.updated(), clock.instant());
    }

    private boolean hasRoom(String caller) {
        return running.size() < MOST
                && running.values().stream()
                                .filter(each -> each.load().owner().equals(caller))
                                .count()
                        < MOST_OF_CALLER;
    }

    @Override
    public boolean isKnown(String id, Call call) {
        try {
            record(id, call);
            return true;
        } catch (ProtocolError _) {
            return false;
        }
    }

    @Override
    public void awaitChange(String id, long version, Duration time, Call call) throws InterruptedException {
        LoadInProgress here = running.get(id);
        if (here == null) {
            Thread.sleep(LoadInProgress.LOOK);
        } else {
            here.awaitEnd(time);
        }
    }

    @Override
    public void cancel(String id, Call call) throws ProtocolError {
        LoadRecord load = record(id, call);
        if (load.state() != State.WORKING) {
            return;
        }
        if (!call.who().may(Scope.LOAD)) {
            throw ProtocolError.internal("Your credential does not have the scope " + Scope.LOAD.label()
                    + ", which cancelling a load needs.");
        }
        try {
            var _ = records.get().end(load.ended(State.CANCELLED, null, clock.instant()));
        } catch (ContextException e) {
            throw ProtocolError.internal("The task cannot be cancelled just now: " + e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
        LoadInProgress here = running.get(id);
        if (here != null) {
            here.interrupt();
        }
    }

    /** What is not done is left to the next server that is asked for it. */
    void end(@Observes ShutdownEvent end) {
        ending = true;
        List<LoadInProgress> left = List.copyOf(running.values());
        left.forEach(LoadInProgress::interrupt);
        Instant deadline = Instant.now().plus(FAREWELL);
        try {
            for (LoadInProgress each : left) {
                each.join(Duration.between(Instant.now(), deadline));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void goOn(LoadRecord load, Caller who) {
        ObjectNode request = load.request();
        if (request == null || ending || !who.may(Scope.LOAD) || !hasRoom(who.name())) {
            return;
        }
        LoadInProgress again = inProgress(load, () -> loading.resume(request, new Background(who)));
        if (running.putIfAbsent(load.id(), again) == null) {
            again.resume();
        }
    }

    private LoadInProgress inProgress(LoadRecord load, Supplier<Tools.Result> work) {
        return new LoadInProgress(load, work, records.get(), clock, () -> running.remove(load.id()));
    }

    /** A caller who does not listen. */
    private record Background(Caller who) implements RlmTool.Caller {

        @Override
        public void progress(long progress, String message) {}

        @Override
        public boolean hasCancelled() {
            return false;
        }
    }

    private LoadRecord record(String id, Call call) throws ProtocolError {
        try {
            return records.get()
                    .find(id)
                    .filter(load -> load.owner().equals(call.name()))
                    .orElseThrow(() -> ProtocolError.invalidParams("Task not found: there is no load with the id '" + id
                            + "'. Records of loads are kept for a day; see rlm_list_contexts for what was loaded."));
        } catch (ContextException e) {
            throw ProtocolError.internal("The task cannot be looked up just now: " + e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static ProtocolError interrupted() {
        Thread.currentThread().interrupt();
        return ProtocolError.internal("The server is shutting down; ask again when it is back.");
    }
}
