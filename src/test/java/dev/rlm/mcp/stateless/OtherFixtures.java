package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.conformance.ConformanceTest;
import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resources, prompts and completions that the conformance suite asks for, in the place of ours. */
@Singleton
@Priority(1)
@IfBuildProfile(ConformanceTest.PROFILE)
public final class OtherFixtures implements Feature {

    private static final Pattern TEMPLATE = Pattern.compile("test://template/([^/]+)/data");
    private static final String ASKING_PROMPT = "test_input_required_result_prompt";

    @Override
    public void declare(ObjectNode capabilities) {
        capabilities.putObject("resources");
        capabilities.putObject("prompts").put("listChanged", true);
        capabilities.putObject("completions");
    }

    @Override
    public Map<String, Method> methods() {
        return Map.of(
                "resources/list", _ -> resources(),
                "resources/templates/list", _ -> templates(),
                "resources/read", this::read,
                "prompts/list", _ -> prompts(),
                "prompts/get", this::prompt,
                "completion/complete", _ -> completion());
    }

    private static ObjectNode resources() {
        ObjectNode result = FixtureData.object();
        ArrayNode list = result.putArray("resources");
        FixtureData.ALL
                .path("resources")
                .properties()
                .forEach(resource -> list.addObject()
                        .put("uri", resource.getKey())
                        .put("name", resource.getKey())
                        .put("mimeType", resource.getValue().path("mimeType").asText()));
        return CacheHints.PRIVATE.on(result);
    }

    private static ObjectNode templates() {
        ObjectNode result = FixtureData.object();
        result.putArray("resourceTemplates")
                .addObject()
                .put("uriTemplate", "test://template/{id}/data")
                .put("name", "template")
                .put("mimeType", "application/json");
        return CacheHints.PUBLIC.on(result);
    }

    private ObjectNode read(Call call) throws ProtocolError {
        String uri = call.request().text("uri");
        ObjectNode content = FixtureData.object().put("uri", uri);
        Matcher template = TEMPLATE.matcher(uri);
        if (template.matches()) {
            content.put("mimeType", "application/json").put("text", "{\"id\":\"" + template.group(1) + "\"}");
        } else if (FixtureData.ALL.path("resources").path(uri) instanceof ObjectNode found) {
            content.setAll(found);
        } else {
            throw ProtocolError.invalidParams(
                    "Resource not found.", FixtureData.object().put("uri", uri));
        }
        ObjectNode result = FixtureData.object();
        result.putArray("contents").add(content);
        return CacheHints.PRIVATE.on(result);
    }

    private static ObjectNode prompts() {
        ObjectNode result = FixtureData.object();
        ArrayNode list = result.putArray("prompts");
        FixtureData.ALL.path("prompts").properties().forEach(prompt -> {
            ObjectNode json =
                    list.addObject().put("name", prompt.getKey()).put("description", "A prompt of the suite.");
            ArrayNode arguments = json.putArray("arguments");
            prompt.getValue()
                    .path("arguments")
                    .forEach(name ->
                            arguments.addObject().put("name", name.asText()).put("required", true));
        });
        list.addObject().put("name", ASKING_PROMPT).put("description", "A prompt that asks first.");
        return CacheHints.PUBLIC.on(result);
    }

    private ObjectNode prompt(Call call) throws ProtocolError {
        String name = call.request().text("name");
        ObjectNode result = FixtureData.object();
        if (name.equals(ASKING_PROMPT)) {
            JsonNode answer = FixtureInputs.answer(call, "user_context");
            if (answer.isMissingNode()) {
                return FixtureInputs.ask(null, List.of("user_context", "elicitation"));
            }
            result.putArray("messages")
                    .addObject()
                    .put("role", "user")
                    .putObject("content")
                    .put("type", "text")
                    .put("text", answer.toString());
            return result;
        }
        JsonNode prompt = FixtureData.ALL.path("prompts").path(name);
        if (prompt.isMissingNode()) {
            throw ProtocolError.invalidParams("Unknown prompt.");
        }
        String messages = prompt.path("messages").toString();
        for (JsonNode argument : prompt.path("arguments")) {
            messages = messages.replace(
                    "{" + argument.asText() + "}",
                    call.request().object("arguments").path(argument.asText()).asText());
        }
        result.set(
                "messages",
                StatelessClient.read("{\"messages\":" + messages + "}").get("messages"));
        return result;
    }

    private static ObjectNode completion() {
        ObjectNode result = FixtureData.object();
        ObjectNode completion = result.putObject("completion");
        completion.putArray("values").add("testing");
        completion.put("total", 1).put("hasMore", false);
        return result;
    }
}
