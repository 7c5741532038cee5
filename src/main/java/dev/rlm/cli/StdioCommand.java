package dev.rlm.cli;

import dev.rlm.access.ApiKey;
import dev.rlm.access.Loopback;
import dev.rlm.stdio.Bridge;
import dev.rlm.stdio.Endpoint;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code rlm stdio}: MCP for clients that start a command. */
@CommandLine.Command(
        name = "stdio",
        description = {
            "Serves the Model Context Protocol on standard input and output, for clients that start a command. Nothing else"
                    + " is written to standard output.",
            "",
            "With --connect it starts no server but is a bridge to one that runs."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {"", "Environment: RLM_STDIO_TOKEN is sent to the server of --connect as bearer token."})
final class StdioCommand implements Command {

    private static final String TOKEN = "RLM_STDIO_TOKEN";

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "The MCP endpoint of a running server, such as http://127.0.0.1:8000/mcp.")
    private @Nullable String connect;

    private @Nullable URI server;
    private @Nullable String token;

    @Override
    public Map<String, String> configuration() throws CommandException {
        // Whatever writes to standard output, such as a library, must not disturb the protocol.
        System.setOut(System.err);
        if (connect != null) {
            token = System.getenv(TOKEN);
            server = address(connect, token != null);
            return Map.of();
        }
        // Other processes of this machine can reach the port, too; nobody has a credential for the viewer.
        token = ApiKey.random(new SecureRandom());
        return Map.of(
                "quarkus.http.host-enabled",
                "true",
                "quarkus.http.host",
                "127.0.0.1",
                "quarkus.http.port",
                "0",
                "rlm.viewer.enabled",
                "false",
                "rlm.auth.own-hash",
                ApiKey.Hash.of(token).toString());
    }

    /** The address, if it is one that a token, if there is one, may be sent to. */
    static URI address(String text, boolean withToken) throws CommandException {
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw notAnAddress(text);
        }
        String scheme = address.getScheme();
        if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw notAnAddress(text);
        }
        if (withToken && scheme.equals("http") && !Loopback.isLoopback(address.getHost())) {
            throw new CommandException(
                    BAD_INPUT,
                    "A token is sent over plain http only to localhost, 127.0.0.1 and [::1]: connect to one of these, or to an"
                            + " https address, or unset "
                            + TOKEN + ".");
        }
        return address;
    }

    private static CommandException notAnAddress(String text) {
        return new CommandException(
                BAD_INPUT,
                "--connect takes the address of a server's MCP endpoint, such as http://127.0.0.1:8000/mcp, not '"
                        + text + "'.");
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        URI address = server;
        if (address == null) {
            application.loader();
            application.tasks();
            application.startRetention();
            Terminal.note(application.sandboxSummary());
            address = URI.create("http://127.0.0.1:" + application.port() + "/mcp");
        }
        try (Endpoint endpoint = new Endpoint(address, token);
                FileInputStream in = new FileInputStream(FileDescriptor.in);
                FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            new Bridge(endpoint, out, Terminal::note).run(in);
        } catch (IOException e) {
            throw new CommandException(FAILED, "The client does not read any more.");
        }
        return OK;
    }
}
