package dev.rlm.wiring;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions of other MCP servers that code may call. Without servers there are none. */
@ConfigMapping(prefix = "rlm.functions")
public interface FunctionsConfig {

    /** How often the code of a task may call functions, that of its children included. */
    @WithDefault("100")
    int calls();

    /** How many calls of a task run at a time. */
    @WithDefault("8")
    int parallel();

    /** The servers, by the names that their functions start with. */
    Map<String, ServerConfig> servers();

    /** A server. It has an address or a command. */
    interface ServerConfig {

        /** The address of its MCP endpoint (Streamable HTTP). */
        Optional<URI> url();

        /** Further headers of each request, by name; credentials, for example. */
        Map<String, String> headers();

        /** The program that is the server and its arguments, separated by commas; it is spoken to over its streams. */
        Optional<List<String>> command();

        /** Further variables of the program's environment, by name. */
        Map<String, String> environment();

        /** The tools that code may call, one by one. */
        Optional<List<String>> tools();

        /** How long connecting, or listing the tools, may take. */
        @WithDefault("10S")
        Duration connectTime();

        /** How long a call may take. */
        @WithDefault("1M")
        Duration callTime();

        /** How large a result may be, up to 32M. */
        @WithDefault("1M")
        MemorySize maxResult();
    }
}
