package dev.rlm.cli;

import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextStore;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.Roles;
import dev.rlm.task.TaskSettings;
import java.util.Optional;

/** What commands use of the started application. Parts are made when they are first asked for. */
public interface Application {

    /** Loads contexts. */
    ContextLoader loader();

    /** The contexts of who runs the command. */
    ContextStore store();

    /** The tasks of who runs the command; tasks begin to run here. */
    CallerTasks tasks();

    /** The tasks' journals, without running any task. */
    JournalStore journals();

    /** Begins to delete contexts and results when their time is over. */
    void startRetention();

    /** The models. */
    ModelProviders providers();

    /** The functions of other servers that code may call. */
    ForeignFunctions functions();

    /** Gives models their roles. */
    Roles roles();

    /** How tasks are run. */
    TaskSettings taskSettings();

    /** How sandboxes are made. */
    SandboxSettings sandboxSettings();

    /** One line: what isolates sandboxes, and what is missing. */
    String sandboxSummary();

    /** The same line if the operating system does not isolate them at all. */
    Optional<String> sandboxWarning();

    /** The configured root model. */
    ModelId rootModel();

    /** The configured sub-model. */
    ModelId subModel();

    /** The port that the server listens on. */
    int port();
}
