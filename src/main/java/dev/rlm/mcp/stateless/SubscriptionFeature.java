package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.RequestFailure;
import dev.rlm.mcp.ResourceUpdates;
import dev.rlm.mcp.ResourceUpdates.Following;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code subscriptions/listen}: a response that stays open and tells what has changed, of tasks and of lists. It ends when its
 * client goes, or with the server.
 */
@Singleton
final class SubscriptionFeature implements Feature {

    /** How many streams one server keeps open, and how many tasks one of them tells about. */
    private static final int MOST_STREAMS = 1_000;

    private static final int MOST_TASKS = 100;

    /** The filters for lists, and the notifications that they ask for. */
    private static final Map<String, String> LISTS = Map.of(
            "toolsListChanged", "notifications/tools/list_changed",
            "promptsListChanged", "notifications/prompts/list_changed",
            "resourcesListChanged", ListChanges.RESOURCES);

    /** How many resources one of them tells about. */
    private static final int MOST_RESOURCES = 50;

    private final ListChanges changes;
    private final TaskHandles tasks;
    private final Provider<ResourceUpdates> updates;
    private final Set<SubscriptionStream> open = ConcurrentHashMap.newKeySet();

    SubscriptionFeature(ListChanges changes, TaskHandles tasks, Provider<ResourceUpdates> updates) {
        this.changes = changes;
        this.tasks = tasks;
        this.updates = updates;
    }

    /** What can change is declared by those whose it is. */
    @Override
    public void declare(ObjectNode capabilities) {}

    @Override
    public Map<String, Method> methods() {
        return Map.of("subscriptions/listen", this::listen);
    }

    void end(@Observes ShutdownEvent end) {
        open.forEach(SubscriptionStream::close);
    }

    private ObjectNode listen(Call call) throws ProtocolError, InterruptedException {
        if (!call.exchange().takesNotifications()) {
            throw ProtocolError.invalidRequest("subscriptions/listen needs the header Accept with text/event-stream.");
        }
        if (open.size() >= MOST_STREAMS) {
            throw ProtocolError.internal("Too many streams are open on this server; poll instead, or try again later.");
        }
        ObjectNode wanted = call.request().object("notifications");
        SubscriptionStream stream = new SubscriptionStream(call);
        open.add(stream);
        List<Following> resources = new ArrayList<>();
        try {
            tell(stream, wanted, resources);
        } finally {
            stream.close();
            open.remove(stream);
            resources.forEach(Following::close);
        }
        return stream.result();
    }

    /** @param resources takes the resources that are followed, for the caller to close */
    private void tell(SubscriptionStream stream, ObjectNode wanted, List<Following> resources)
            throws ProtocolError, InterruptedException {
        Set<String> lists = lists(wanted);
        Set<String> taskIds = taskIds(stream.call(), wanted);
        Set<String> uris = follow(stream, wanted, resources);
        ListChanges.Listener listener = (notification, caller) -> {
            if (lists.contains(notification)
                    && (caller == null || caller.equals(stream.call().name()))) {
                tell(stream, notification, JsonNodeFactory.instance.objectNode());
            }
        };
        List<Thread> watchers = new ArrayList<>();
        changes.add(listener);
        try {
            stream.acknowledge(agreed(wanted, lists, taskIds, uris));
            for (String id : taskIds) {
                watchers.add(Thread.ofVirtual().name("watch " + id).start(new TaskWatcher(id, stream, tasks.of(id))));
            }
            stream.awaitClose();
        } finally {
            changes.remove(listener);
            watchers.forEach(Thread::interrupt);
        }
    }

    private static ObjectNode agreed(ObjectNode wanted, Set<String> lists, Set<String> taskIds, Set<String> resources) {
        ObjectNode acknowledged = JsonNodeFactory.instance.objectNode();
        ObjectNode agreed = acknowledged.putObject("notifications");
        LISTS.forEach((filter, notification) -> {
            if (lists.contains(notification)) {
                agreed.put(filter, true);
            }
        });
        if (wanted.has("taskIds")) {
            taskIds.forEach(agreed.putArray("taskIds")::add);
        }
        if (wanted.has("resourceSubscriptions")) {
            resources.forEach(agreed.putArray("resourceSubscriptions")::add);
        }
        return acknowledged;
    }

    private static void tell(SubscriptionStream stream, String method, ObjectNode params) {
        try {
            stream.tell(method, params);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Set<String> lists(ObjectNode wanted) {
        Set<String> lists = new HashSet<>();
        LISTS.forEach((filter, notification) -> {
            if (wanted.path(filter).asBoolean(false) && changes.offers(notification)) {
                lists.add(notification);
            }
        });
        return lists;
    }

    /** The tasks that the client may hear of; those that are not there for it are left out. */
    private Set<String> taskIds(Call call, ObjectNode wanted) throws ProtocolError {
        JsonNode ids = wanted.path("taskIds");
        if (ids.isMissingNode()) {
            return Set.of();
        }
        call.request().require(Protocol.TASKS_EXTENSION);
        if (!ids.isArray() || ids.size() > MOST_TASKS) {
            throw ProtocolError.invalidParams("`taskIds` must be a list of at most " + MOST_TASKS + " task ids.");
        }
        Set<String> known = new LinkedHashSet<>();
        for (JsonNode id : ids) {
            if (id.isTextual() && tasks.of(id.textValue()).isKnown(id.textValue(), call)) {
                known.add(id.textValue());
            }
        }
        return known;
    }

    /** Follows the resources that are there for the client, and returns their URIs; the others are left out. */
    private Set<String> follow(SubscriptionStream stream, ObjectNode wanted, List<Following> resources)
            throws ProtocolError {
        JsonNode uris = wanted.path("resourceSubscriptions");
        if (uris.isMissingNode()) {
            return Set.of();
        }
        if (!uris.isArray() || uris.size() > MOST_RESOURCES) {
            throw ProtocolError.invalidParams(
                    "`resourceSubscriptions` must be a list of at most " + MOST_RESOURCES + " URIs.");
        }
        Set<String> followed = new LinkedHashSet<>();
        for (JsonNode each : uris) {
            String uri = each.asText();
            try {
                if (!followed.contains(uri)) {
                    resources.add(updates.get().follow(uri, stream.call().name(), () -> tellUpdated(stream, uri)));
                    followed.add(uri);
                }
            } catch (RequestFailure _) {
                // What is not agreed to is told by its absence.
            }
        }
        return followed;
    }

    private static void tellUpdated(SubscriptionStream stream, String uri) {
        tell(
                stream,
                "notifications/resources/updated",
                JsonNodeFactory.instance.objectNode().put("uri", uri));
    }
}
