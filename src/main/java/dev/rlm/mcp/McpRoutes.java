package dev.rlm.mcp;

import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The order in which handlers get the requests to the address of the protocol: after what is asked of all requests (host,
 * origin, authentication), before the library's own handler. The first of them reads the body, for all.
 */
@Singleton
public final class McpRoutes {

    /** The address of the protocol, in all its versions. */
    public static final String PATH_PROPERTY = "quarkus.mcp.server.http.root-path";

    /** Filters of Quarkus, such as authentication, come up to -100, ours to -50; routes of libraries begin with 0. */
    private static final int BODIES = -49;

    /** Where callers are stopped that lack a scope. */
    static final int SCOPES = BODIES + 1;

    /** Where the version without sessions has its look. */
    public static final int STATELESS = SCOPES + 1;

    /** Where messages of the older versions are refused that the library would stumble over. */
    static final int FORM = STATELESS + 1;

    /** Where requests of the older versions are made fit for the library. */
    static final int OLDER_VERSIONS = FORM + 1;

    /** Where it is told which sessions these requests belong to. */
    public static final int SESSIONS = OLDER_VERSIONS + 1;

    /** Without a limit in the configuration. */
    private static final long LONGEST_BODY = 10L << 20;

    /** A client that sends nothing of its body for so long has gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String path;
    private final long longestBody;

    McpRoutes(
            @ConfigProperty(name = PATH_PROPERTY) String path,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") Optional<MemorySize> longestBody) {
        this.path = path;
        this.longestBody = longestBody.map(MemorySize::asLongValue).orElse(LONGEST_BODY);
    }

    void readBodies(@Observes Router router) {
        router.route(HttpMethod.POST, path)
                .order(BODIES)
                .handler(new Bodies(longestBody, Runtime.getRuntime().maxMemory(), PATIENCE));
    }
}
