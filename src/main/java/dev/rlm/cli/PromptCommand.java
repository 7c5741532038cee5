package dev.rlm.cli;

import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.ModelProfiles;
import dev.rlm.engine.Role;
import dev.rlm.engine.SystemPrompt;
import dev.rlm.engine.TaskFunctions;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.task.TaskSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code rlm prompt}: what a root model is told. */
@CommandLine.Command(
        name = "prompt",
        description =
                "Prints the system prompt that a root model gets, as the configuration makes it. No model is called.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Which profiles are taken goes to standard error; docs/configuration.md tells about them.",
            "",
            "Example: rlm prompt --model openai:gpt-5 --sub-model openai:gpt-5-mini"
        })
final class PromptCommand implements Command {

    @Option(
            names = {"--model", "--root-model"},
            paramLabel = "M",
            converter = ModelOptions.IdConverter.class,
            description = "The root model, which gets the prompt (default: rlm.model.root).")
    private @Nullable ModelId root;

    @Option(
            names = "--sub-model",
            paramLabel = "M",
            converter = ModelOptions.IdConverter.class,
            description = "The model of its sub-calls (default: rlm.model.sub).")
    private @Nullable ModelId sub;

    @Override
    public Map<String, String> configuration() {
        return Map.of();
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        TaskSettings settings = application.taskSettings();
        Role rootRole = role(application, root == null ? settings.rootModel() : root);
        Role subRole = role(application, sub == null ? settings.subModel() : sub);
        EngineSettings engine = settings.engine().suiting(rootRole);
        String prompt = SystemPrompt.render(
                rootRole, subRole, engine, settings.budget(), TaskFunctions.offeredNow(application.functions()));
        Terminal.note("root model: " + described(application, rootRole) + ", code in "
                + (engine.toolCallsOf(rootRole) ? "tool calls" : "fenced blocks"));
        Terminal.note("sub-model:  " + described(application, subRole) + ", up to "
                + subRole.profile().charactersOfSubCall(subRole.description()) + " characters in a sub-call");
        // The line end is that of the prompt itself.
        Terminal.printText(prompt.stripTrailing());
        return OK;
    }

    private static Role role(Application application, ModelId id) throws CommandException {
        try {
            return application.roles().of(id);
        } catch (ModelException e) {
            throw new CommandException(BAD_INPUT, e.getMessage());
        }
    }

    private static String described(Application application, Role role) {
        ModelId id = role.description().id();
        String profile = role.profile().name();
        return id + ", profile " + profile
                + (profile.equals(ModelProfiles.DEFAULT) ? " (there is none for this model)" : "")
                + (application.providers().catalog().knows(id) ? "" : ", window and abilities not known");
    }
}
