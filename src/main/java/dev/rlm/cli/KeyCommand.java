package dev.rlm.cli;

import dev.rlm.access.ApiKey;
import dev.rlm.access.Scope;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlm key}: makes an API key. */
@CommandLine.Command(
        name = "key",
        description = {
            "Makes a new API key, and prints it with the configuration by which a server accepts it.",
            "",
            "The key is shown only now: give it to its bearer, who sends it as 'Authorization: Bearer ...'. The server needs"
                    + " only the hash."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class KeyCommand implements Command {

    @Parameters(
            paramLabel = "NAME",
            description = "What the key is called: whose contexts and tasks its bearer has. A lower-case letter, then"
                    + " lower-case letters, digits and hyphens.")
    private String name = "";

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            split = ",",
            defaultValue = "rlm:ask,rlm:load",
            description = "What its bearer may do: rlm:ask, rlm:load, rlm:admin (default: ${DEFAULT-VALUE}).")
    private List<String> scopes = List.of();

    @Override
    public Map<String, String> configuration() throws CommandException {
        try {
            ApiKey.requireName(name);
        } catch (IllegalArgumentException e) {
            throw new CommandException(BAD_INPUT, String.valueOf(e.getMessage()));
        }
        for (String scope : scopes) {
            if (Scope.ofLabel(scope).isEmpty()) {
                throw new CommandException(
                        BAD_INPUT, "The scopes are rlm:ask, rlm:load and rlm:admin, not '" + scope + "'.");
            }
        }
        return Map.of();
    }

    @Override
    public int run(Application application) {
        String key = ApiKey.random(new SecureRandom());
        Terminal.print("key: " + key);
        Terminal.print("rlm.auth.keys." + name + ".hash=" + ApiKey.Hash.of(key));
        Terminal.print("rlm.auth.keys." + name + ".scopes=" + String.join(",", scopes));
        return OK;
    }
}
