package dev.rlm.cli;

import java.util.Map;
import picocli.CommandLine;

/**
 * {@code rlm sandbox}: the sandbox worker, which the server starts. {@link dev.rlm.Main} runs it before anything of the
 * server is loaded; here it only has its name.
 */
@CommandLine.Command(name = "sandbox", hidden = true, description = "Runs a sandbox worker; the server starts it.")
final class SandboxCommand implements Command {

    @Override
    public Map<String, String> configuration() throws CommandException {
        throw new CommandException(BAD_INPUT, "A sandbox worker is started by the server, never by hand.");
    }

    @Override
    public int run(Application application) {
        return BAD_INPUT;
    }
}
