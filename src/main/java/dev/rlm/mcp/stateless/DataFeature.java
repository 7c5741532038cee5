package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.Features;
import dev.rlm.mcp.RequestFailure;
import dev.rlm.mcp.ResourceListChanges;
import jakarta.inject.Singleton;
import java.util.Map;

/** Resources, prompts and completions, as all versions have them. */
@Singleton
final class DataFeature implements Feature {

    private final Features features;

    DataFeature(Features features, ListChanges changes, ResourceListChanges resources) {
        this.features = features;
        changes.offer(ListChanges.RESOURCES);
        resources.listen(caller -> changes.announce(ListChanges.RESOURCES, caller));
    }

    @Override
    public void declare(ObjectNode capabilities) {
        capabilities.putObject("resources").put("subscribe", true).put("listChanged", true);
        capabilities.putObject("prompts");
        capabilities.putObject("completions");
    }

    @Override
    public Map<String, Method> methods() {
        return Map.of(
                "resources/list", call -> CacheHints.PRIVATE.on(answer(call)),
                "resources/read", call -> CacheHints.PRIVATE.on(answer(call)),
                "resources/templates/list", call -> CacheHints.PUBLIC.on(answer(call)),
                "prompts/list", call -> CacheHints.PUBLIC.on(answer(call)),
                "prompts/get", this::answer,
                "completion/complete", this::answer);
    }

    private ObjectNode answer(Call call) throws ProtocolError {
        try {
            return features.answer(call.request().method(), call.request().params(), call.name());
        } catch (RequestFailure e) {
            throw error(e);
        }
    }

    /** In this version a resource that is not there is a wrong parameter. */
    static ProtocolError error(RequestFailure failure) {
        return switch (failure.reason()) {
            case RESOURCE_NOT_FOUND, INVALID_PARAMS -> ProtocolError.invalidParams(failure.getMessage());
            case INTERNAL -> ProtocolError.internal(failure.getMessage());
        };
    }
}
