package dev.rlm.cli;

import io.quarkus.runtime.Quarkus;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code rlm serve}: the MCP server. */
@CommandLine.Command(
        name = "serve",
        description = "Serves the Model Context Protocol (Streamable HTTP) at /mcp, and health at /q/health.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ServeCommand implements Command {

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "The address to listen on (default: ${DEFAULT-VALUE}). Others than that of this machine need callers to"
                            + " authenticate: see 'rlm key --help'.")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "The port to listen on (default: ${DEFAULT-VALUE}); 0 for any that is free.")
    private int port;

    @Override
    public Map<String, String> configuration() throws CommandException {
        if (port < 0 || port > 65_535) {
            throw new CommandException(BAD_INPUT, "The port must be 0 to 65535, not " + port + ".");
        }
        return Map.of(
                "quarkus.http.host-enabled",
                "true",
                "quarkus.http.host",
                host,
                "quarkus.http.port",
                String.valueOf(port),
                "quarkus.log.level",
                "INFO");
    }

    @Override
    public int run(Application application) {
        application.loader();
        application.tasks();
        application.startRetention();
        Terminal.note(application.sandboxSummary());
        Terminal.note("rlm serves MCP at http://%s:%s/mcp".formatted(host, application.port()));
        Quarkus.waitForExit();
        return OK;
    }
}
