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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

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
    private final Set<CountDownLatch> open = ConcurrentHashMap.newKeySet();

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
        open.forEach(CountDownLatch::countDown);
    }

    private ObjectNode listen(Call call) throws ProtocolError, InterruptedException {
        if (!call.exchange().takesNotifications()) {
            throw ProtocolError.invalidRequest("subscriptions/listen needs the header Accept with text/event-stream.");
        }
        if (open.size() >= MOST_STREAMS) {
            throw ProtocolError.internal("Too many streams are open on this server; poll instead, or try again later.");
        }
        ObjectNode wanted = call.request().object("notifications");
        CountDownLatch closed = new CountDownLatch(1);
        open.add(closed);
        call.exchange().onClose(closed::countDown);
        try {
            tell(call, wanted, closed);
        } finally {
            open.remove(closed);
        }
        return tagged(call, JsonNodeFactory.instance.objectNode());
    }

    private void tell(Call call, ObjectNode wanted, CountDownLatch closed) throws ProtocolError, InterruptedException {
        Set<String> lists = lists(wanted);
        Set<String> taskIds = taskIds(call, wanted);
        Map<String, Following> resources = resources(call, wanted);
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
            resources.keySet().forEach(agreed.putArray("resourceSubscriptions")::add);
        }
        call.exchange().notify("notifications/subscriptions/acknowledged", tagged(call, acknowledged));
        ListChanges.Listener listener = (notification, caller) -> {
            if (lists.contains(notification) && (caller == null || caller.equals(call.name()))) {
                call.exchange().notify(notification, tagged(call, JsonNodeFactory.instance.objectNode()));
            }
        };
        changes.add(listener);
        List<Thread> watchers = new ArrayList<>();
        try {
            for (String id : taskIds) {
                watchers.add(Thread.ofVirtual().name("watch " + id).start(new TaskWatcher(id, call, tasks, closed)));
            }
            closed.await();
        } finally {
            changes.remove(listener);
            watchers.forEach(Thread::interrupt);
            resources.values().forEach(Following::close);
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
            if (id.isTextual() && tasks.isKnown(id.textValue(), call)) {
                known.add(id.textValue());
            }
        }
        return known;
    }

    /** The resources that are followed; those that are not there for the client are left out. */
    private Map<String, Following> resources(Call call, ObjectNode wanted) throws ProtocolError {
        JsonNode uris = wanted.path("resourceSubscriptions");
        if (uris.isMissingNode()) {
            return Map.of();
        }
        if (!uris.isArray() || uris.size() > MOST_RESOURCES) {
            throw ProtocolError.invalidParams(
                    "`resourceSubscriptions` must be a list of at most " + MOST_RESOURCES + " URIs.");
        }
        Map<String, Following> followed = new LinkedHashMap<>();
        for (JsonNode uri : uris) {
            String text = uri.asText();
            try {
                if (!followed.containsKey(text)) {
                    followed.put(
                            text,
                            updates.get()
                                    .follow(
                                            text,
                                            call.name(),
                                            () -> call.exchange()
                                                    .notify(
                                                            "notifications/resources/updated",
                                                            tagged(
                                                                    call,
                                                                    JsonNodeFactory.instance
                                                                            .objectNode()
                                                                            .put("uri", text)))));
                }
            } catch (RequestFailure e) {
                // What is not agreed to is told by its absence.
            }
        }
        return followed;
    }

    /** Parameters or a result that say which subscription they belong to: the one with the id of its request. */
    static ObjectNode tagged(Call call, ObjectNode message) {
        message.putObject("_meta").set(Protocol.SUBSCRIPTION_KEY, call.request().id());
        return message;
    }
}
