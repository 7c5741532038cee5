package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextStore;
import dev.rlm.model.ModelProviders;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskSettings;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the server is doing, for its clients. */
@Singleton
final class ServerReport {

    private static final int RECENT_TASKS = 20;

    private final TaskService tasks;
    private final TaskSettings settings;
    private final ContextStore contexts;
    private final ModelProviders providers;
    private final String version;

    ServerReport(
            TaskService tasks,
            TaskSettings settings,
            ContextStore contexts,
            ModelProviders providers,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.tasks = tasks;
        this.settings = settings;
        this.contexts = contexts;
        this.providers = providers;
        this.version = version;
    }

    ObjectNode json() throws ToolFailure {
        List<TaskStatus> all = tasks.list();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", version);
        json.put("root_model", settings.rootModel().toString());
        json.put("sub_model", settings.subModel().toString());
        var models = json.putArray("known_models");
        providers.catalog().models().forEach(model -> models.add(model.id().toString()));
        try {
            json.put("contexts", contexts.list().size());
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
        json.put("tasks_queued", count(all, TaskState.QUEUED));
        json.put("tasks_running", count(all, TaskState.RUNNING));
        json.put(
                "tasks_ended", all.stream().filter(task -> task.state().ended()).count());
        var recent = json.putArray("recent_tasks");
        all.stream().limit(RECENT_TASKS).forEach(task -> recent.add(task.id()));
        return json;
    }

    private static long count(List<TaskStatus> all, TaskState state) {
        return all.stream().filter(task -> task.state() == state).count();
    }
}
