package dev.rlm.wiring;

import static dev.rlm.wiring.ConfigurationProblem.inRange;

import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.mcp.McpFunctions;
import dev.rlm.functions.mcp.McpServerSettings;
import dev.rlm.functions.mcp.McpServerSettings.Place;
import dev.rlm.wiring.FunctionsConfig.ServerConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the functions of other servers from their configuration, and closes them in the end. */
@Singleton
final class FunctionParts {

    private static final String SERVERS = "rlm.functions.servers.";

    @Produces
    @Singleton
    ForeignFunctions functions(
            FunctionsConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
        return functionsOf(config, version);
    }

    /** The configured functions; nothing is connected yet. */
    static ForeignFunctions functionsOf(FunctionsConfig config, String version) {
        FunctionLimits limits = new FunctionLimits(
                inRange("rlm.functions.calls", config.calls(), 1, Integer.MAX_VALUE),
                inRange("rlm.functions.parallel", config.parallel(), 1, 256));
        // In one order everywhere, whatever order they are configured in.
        List<McpServerSettings> servers = new TreeMap<>(config.servers())
                .entrySet().stream()
                        .map(each -> ConfigurationProblem.of(
                                SERVERS + each.getKey(), () -> settings(each.getKey(), each.getValue())))
                        .toList();
        return servers.isEmpty()
                ? ForeignFunctions.NONE
                : ConfigurationProblem.of("rlm.functions.servers", () -> new McpFunctions(servers, limits, version));
    }

    private static McpServerSettings settings(String name, ServerConfig config) {
        String key = SERVERS + name;
        if (config.tools().isEmpty()) {
            throw new ConfigurationProblem(
                    key + ".tools must be set: it names the tools that code may call, and others are not allowed.");
        }
        return new McpServerSettings(
                name, place(key, config), config.tools().get(), config.connectTime(), config.callTime(), (int)
                        Math.min(config.maxResult().asLongValue(), Integer.MAX_VALUE));
    }

    private static Place place(String key, ServerConfig config) {
        if (config.url().isPresent() == config.command().isPresent()) {
            throw new ConfigurationProblem("Either " + key + ".url or " + key + ".command must be set, and not both.");
        }
        if (config.url().isPresent()) {
            refuse(config.environment(), key + ".environment", "a server with an address is not started here");
            return new Place.Address(config.url().get(), config.headers());
        }
        refuse(config.headers(), key + ".headers", "a server that is started as a program gets none");
        return new Place.Command(config.command().orElseThrow(), config.environment());
    }

    private static void refuse(Map<String, String> set, String key, String because) {
        ConfigurationProblem.refuse(set.keySet().stream().findFirst(), key, because);
    }

    void close(@Disposes ForeignFunctions functions) {
        functions.close();
    }
}
