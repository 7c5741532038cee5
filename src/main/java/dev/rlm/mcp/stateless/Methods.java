package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All methods of the server: those of its features, and {@code server/discover}, which tells of them. */
@Singleton
final class Methods {

    private final Map<String, Method> methods = new HashMap<>();
    private final ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
    private final ServerDescription server;

    /** @param features those of the highest priority first; a method that two of them have is the first one's */
    Methods(@All List<Feature> features, ServerDescription server) {
        this.server = server;
        methods.put("server/discover", this::discover);
        for (Feature feature : features) {
            feature.methods().forEach(methods::putIfAbsent);
            feature.declare(capabilities);
        }
    }

    /** The method with a name. */
    Method find(String name) throws ProtocolError {
        Method method = methods.get(name);
        if (method == null) {
            throw ProtocolError.methodNotFound(name);
        }
        return method;
    }

    private ObjectNode discover(Call call) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        RequestCheck.VERSIONS.forEach(result.putArray("supportedVersions")::add);
        result.set("capabilities", capabilities);
        result.put("instructions", server.instructions());
        return CacheHints.PUBLIC.on(result);
    }
}
