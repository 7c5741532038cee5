package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.context.ContextException;
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
 * <p>Each load has a key, so it is done once among all replicas: whoever is asked for a task that no end is known of calls
 * the tool again, which waits for the load where it is done, or does it if the one who did it is gone.
 */
@Singleton
final class LoadTasks implements TaskKind {

    private static final String LOAD = "rlm_load_context";
    private static final Pattern ID = Pattern.compile("load_[0-9a-f]{32}");

    /** How many loads of tasks one server does at a time; more are answered when they are done. */
    private static final int MOST = 64;

    private final Loading loading;
    private final Provider<LoadRecords> records;
    private final Duration patience;
    private final Clock clock;
    private final Map<String, LoadInProgress> running = new ConcurrentHashMap<>();

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
            @ConfigProperty(name = "rlm.mcp.load-task-after", defaultValue = "5s") Duration patience) {
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
        return tool.equals(LOAD) && !arguments.has("text") && !arguments.has("documents") && running.size() < MOST;
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
        Instant now = clock.instant();
        LoadRecord load = new LoadRecord(id, call.name(), State.WORKING, now, now, keyed, null);
        LoadInProgress begun = inProgress(load, () -> loading.begin(keyed, new Background(call.who())));
        running.put(id, begun);
        begun.start(false);
        try {
            if (!begun.awaitEnd(patience) && begun.publish()) {
                return task(load).put("resultType", "task");
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
        if (load.state() == State.WORKING) {
            goOn(load, call.who());
        }
        return new Seen(detailed(load), load.updated().toEpochMilli(), load.state() != State.WORKING);
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
        try {
            records.get().save(LoadInProgress.ended(load, State.CANCELLED, null, clock));
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
        running.values().forEach(LoadInProgress::interrupt);
    }

    private void goOn(LoadRecord load, Caller who) {
        ObjectNode request = load.request();
        if (request == null || running.size() >= MOST) {
            return;
        }
        LoadInProgress again = inProgress(load, () -> loading.resume(request, new Background(who)));
        if (running.putIfAbsent(load.id(), again) == null) {
            again.start(true);
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

    private ObjectNode detailed(LoadRecord load) {
        ObjectNode json = task(load);
        if (load.outcome() != null) {
            json.set("result", load.outcome());
        }
        return json;
    }

    private ObjectNode task(LoadRecord load) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("taskId", load.id());
        json.put(
                "status",
                switch (load.state()) {
                    case WORKING -> "working";
                    case ENDED -> "completed";
                    case CANCELLED -> "cancelled";
                });
        json.put(
                "statusMessage",
                switch (load.state()) {
                    case WORKING -> "The context is being loaded.";
                    case ENDED -> "The load has ended.";
                    case CANCELLED -> "The load was cancelled.";
                });
        json.put("createdAt", load.created().toString());
        json.put("lastUpdatedAt", load.updated().toString());
        json.put("ttlMs", LoadRecords.KEPT.toMillis());
        Duration age = Duration.between(load.created(), clock.instant());
        json.put("pollIntervalMs", TaskKind.pollInterval(age).toMillis());
        return json;
    }
}
