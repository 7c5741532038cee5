package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.context.ContextException;
import dev.rlm.context.Contexts;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.model.ModelProviders;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskSettings;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the server is doing, for its clients. */
@Singleton
final class ServerReport {

    private static final int RECENT_TASKS = 20;

    private final TaskService tasks;
    private final TaskSettings settings;
    private final Contexts contexts;
    private final ModelProviders providers;
    private final ForeignFunctions functions;
    private final String version;

    ServerReport(
            TaskService tasks,
            TaskSettings settings,
            Contexts contexts,
            ModelProviders providers,
            ForeignFunctions functions,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.tasks = tasks;
        this.settings = settings;
        this.contexts = contexts;
        this.providers = providers;
        this.functions = functions;
        this.version = version;
    }

    /** How it is doing for a caller; who may see it for all callers is told how many tasks there are of all. */
    ObjectNode json(Caller caller) throws ToolFailure {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", version);
        json.put("root_model", settings.rootModel().toString());
        json.put("sub_model", settings.subModel().toString());
        var models = json.putArray("known_models");
        providers.catalog().models().forEach(model -> models.add(model.id().toString()));
        var servers = json.putArray("function_servers");
        functions.servers().forEach(server -> {
            ObjectNode state = servers.addObject();
            state.put("name", server.name());
            state.put("place", server.place());
            state.put("state", server.state());
            server.functions().forEach(state.putArray("functions")::add);
        });
        try {
            json.put("contexts", contexts.of(caller.name()).list().size());
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
        CallerTasks own = tasks.of(caller.name());
        Counts counts = caller.may(Scope.ADMIN) ? tasks.counts() : own.counts();
        json.put("tasks_queued", counts.waiting());
        json.put("tasks_running", counts.running());
        json.put("tasks_ended", counts.ended());
        var recent = json.putArray("recent_tasks");
        own.page(null, RECENT_TASKS).forEach(task -> recent.add(task.id()));
        return json;
    }
}
