package dev.rlm.cli;

import dev.rlm.context.Context;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Contexts;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.sandbox.Confinement;
import dev.rlm.sandbox.Isolation;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.Retention;
import dev.rlm.task.Roles;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskSettings;
import dev.rlm.wiring.ConfigurationProblem;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The started application, which runs the one command that the executable was started for. */
public final class StartedApplication implements QuarkusApplication, Application {

    private static final Duration SWEEPS = Duration.ofHours(1);

    /** Quarkus makes the application itself, so there is no other way to hand the command over. */
    private static @Nullable Command command;

    @Inject
    Instance<ContextLoader> loader;

    @Inject
    Instance<Contexts> contexts;

    @Inject
    Instance<TaskService> tasks;

    @Inject
    Instance<JournalStore> journals;

    @Inject
    Instance<Retention> retention;

    @Inject
    Instance<ModelProviders> providers;

    @Inject
    Instance<ForeignFunctions> functions;

    @Inject
    Instance<Roles> roles;

    @Inject
    Instance<TaskSettings> settings;

    @Inject
    Instance<SandboxSettings> sandboxSettings;

    @Inject
    Instance<SandboxPool> sandboxes;

    @Inject
    Instance<HttpServer> server;

    /** Names the command to run. */
    public static void willRun(Command toRun) {
        command = toRun;
    }

    @Override
    public int run(String... args) throws InterruptedException {
        if (command == null) {
            throw new IllegalStateException("No command was named.");
        }
        try {
            return command.run(this);
        } catch (CommandException e) {
            Terminal.note("rlm: " + e.getMessage());
            return e.exitCode();
        } catch (ConfigurationProblem e) {
            Terminal.note("rlm: " + e.getMessage());
            return Command.BAD_INPUT;
        }
    }

    @Override
    public ContextLoader loader() {
        return loader.get();
    }

    @Override
    public ContextStore store() {
        return contexts.get().of(Context.LOCAL);
    }

    @Override
    public CallerTasks tasks() {
        return tasks.get().of(Context.LOCAL);
    }

    @Override
    public JournalStore journals() {
        return journals.get();
    }

    @Override
    public void startRetention() {
        retention.get().start(SWEEPS);
    }

    @Override
    public ModelProviders providers() {
        return providers.get();
    }

    @Override
    public ForeignFunctions functions() {
        return functions.get();
    }

    @Override
    public Roles roles() {
        return roles.get();
    }

    @Override
    public TaskSettings taskSettings() {
        return settings.get();
    }

    @Override
    public SandboxSettings sandboxSettings() {
        return sandboxSettings.get();
    }

    @Override
    public String sandboxSummary() {
        return sandboxes.get().confinement().summary();
    }

    @Override
    public Optional<String> sandboxWarning() {
        Confinement confinement = sandboxes.get().confinement();
        return confinement.isolation() == Isolation.NONE ? Optional.of(confinement.summary()) : Optional.empty();
    }

    @Override
    public ModelId rootModel() {
        return settings.get().rootModel();
    }

    @Override
    public ModelId subModel() {
        return settings.get().subModel();
    }

    @Override
    public int port() {
        return server.get().getPort();
    }
}
