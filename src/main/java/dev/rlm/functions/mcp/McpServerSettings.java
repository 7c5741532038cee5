package dev.rlm.functions.mcp;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A server whose tools code may call.
 *
 * @param name what its functions start with, lower-case letters, digits and underscores
 * @param place where it is
 * @param tools the tools that are allowed, in order
 * @param connectTime how long connecting, and listing its tools, may take
 * @param callTime how long a call may take
 * @param mostBytes how large a response to a call may be
 */
public record McpServerSettings(
        String name, Place place, List<String> tools, Duration connectTime, Duration callTime, int mostBytes) {

    /** The most tools of one server. */
    public static final int MOST_TOOLS = 200;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
    private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_./-]{1,128}");

    /** The REPL has functions of its own that start so. */
    private static final Set<String> TAKEN = Set.of("llm", "rlm");

    /** Where a server is. What is secret in it is in no text that is made of it. */
    public sealed interface Place {

        /** A server that is reached over Streamable HTTP at this address and no other, with these headers. */
        record Address(URI url, Map<String, String> headers) implements Place {
            public Address {
                headers = Map.copyOf(headers);
            }

            @Override
            public String toString() {
                return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
            }
        }

        /** A server that is started as a process, with these variables in its environment. */
        record Command(List<String> line, Map<String, String> environment) implements Place {
            public Command {
                line = List.copyOf(line);
                environment = Map.copyOf(environment);
            }

            @Override
            public String toString() {
                String program = line.getFirst();
                return "the program " + program.substring(program.lastIndexOf('/') + 1);
            }
        }
    }

    /** @throws IllegalArgumentException with a sentence for users if a value cannot be used */
    public McpServerSettings {
        tools = List.copyOf(tools);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "The name '" + name
                            + "' must start with a lower-case letter and have at most 40 lower-case letters, digits and underscores.");
        }
        if (TAKEN.contains(name)) {
            throw new IllegalArgumentException(
                    "The name '" + name + "' is taken, because functions of the REPL itself start so: choose another.");
        }
        requireTools(name, tools);
        if (!connectTime.isPositive() || !callTime.isPositive()) {
            throw new IllegalArgumentException("The time limits must be above 0.");
        }
        if (mostBytes < 1_000 || mostBytes > 32 << 20) {
            throw new IllegalArgumentException(
                    "The largest result must have 1000 bytes to 32 MiB, not " + mostBytes + " bytes.");
        }
        switch (place) {
            case Place.Address address -> requireUsable(address);
            case Place.Command(List<String> line, Map<String, String> _) -> {
                if (line.isEmpty() || line.getFirst().isBlank()) {
                    throw new IllegalArgumentException("The command is empty: name a program and its arguments.");
                }
            }
        }
    }

    private static void requireTools(String name, List<String> tools) {
        if (tools.isEmpty()) {
            throw new IllegalArgumentException("No tools are allowed: name those that code may call.");
        }
        if (tools.contains("*")) {
            throw new IllegalArgumentException(
                    "'*' does not allow all tools, because a server may add others at any time:"
                            + " name those that code may call, one by one.");
        }
        if (tools.size() > MOST_TOOLS) {
            throw new IllegalArgumentException(
                    tools.size() + " tools are allowed, and " + MOST_TOOLS + " are possible: allow fewer.");
        }
        Set<String> functions = new HashSet<>();
        for (String tool : tools) {
            if (!TOOL.matcher(tool).matches()) {
                throw new IllegalArgumentException(
                        "'" + tool
                                + "' is no name of a tool: it has 1 to 128 letters, digits, underscores, dots, slashes and hyphens.");
            }
            if (!functions.add(function(name, tool))) {
                throw new IllegalArgumentException(
                        "Two tools would be called " + function(name, tool) + " in the REPL: allow only one of them.");
            }
        }
    }

    private static void requireUsable(Place.Address address) {
        URI url = address.url();
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "The address must start with http:// or https:// and a host, without a user or password in it.");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        address.headers().forEach((header, value) -> {
            try {
                request.header(header, value);
            } catch (IllegalArgumentException e) {
                // The library's words quote the value.
                throw new IllegalArgumentException("The header '" + header
                        + "' cannot be sent: its name is not allowed," + " or its value has a character that is not.");
            }
        });
    }

    /** What a tool is called in the REPL. */
    String function(String tool) {
        return function(name, tool);
    }

    private static String function(String server, String tool) {
        return server + "_" + tool.replaceAll("[^A-Za-z0-9_]", "_");
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return name + " at " + place;
    }
}
