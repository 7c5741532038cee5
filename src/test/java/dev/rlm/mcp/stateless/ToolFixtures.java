package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.conformance.ConformanceTest;
import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tools that the conformance suite calls, in the place of ours. */
@Singleton
@Priority(1)
@IfBuildProfile(ConformanceTest.PROFILE)
public final class ToolFixtures implements Feature {

    private static final List<String> ELICITATION = List.of("user_name", "elicitation");

    private final Map<String, Method> tools = new LinkedHashMap<>();
    private final ListChanges changes;
    private final FixtureTasks tasks = new FixtureTasks();

    ToolFixtures(ListChanges changes) {
        this.changes = changes;
        changes.offer("notifications/tools/list_changed");
        changes.offer("notifications/prompts/list_changed");
        FixtureData.ALL
                .path("tools")
                .properties()
                .forEach(tool -> tools.put(tool.getKey(), _ -> tool.getValue().deepCopy()));
        tools.put("test_tool_with_progress", ToolFixtures::progress);
        tools.put("test_missing_capability", ToolFixtures::missingCapability);
        tools.put("test_streaming_elicitation", ToolFixtures::progress);
        tools.put("test_trigger_tool_change", _ -> changed("notifications/tools/list_changed"));
        tools.put("test_trigger_prompt_change", _ -> changed("notifications/prompts/list_changed"));
        tools.put("test_input_required_result_elicitation", call -> asked(call, "user_name", ELICITATION));
        tools.put(
                "test_input_required_result_sampling",
                call -> asked(call, "capital_question", List.of("capital_question", "sampling")));
        tools.put(
                "test_input_required_result_list_roots",
                call -> asked(call, "client_roots", List.of("client_roots", "roots")));
        tools.put("test_input_required_result_request_state", ToolFixtures::confirmed);
        tools.put("test_input_required_result_tampered_state", ToolFixtures::confirmed);
        tools.put("test_input_required_result_multiple_inputs", ToolFixtures::several);
        tools.put("test_input_required_result_multi_round", ToolFixtures::rounds);
        tools.put("test_input_required_result_capabilities", ToolFixtures::ofCapabilities);
        tools.putAll(tasks.tools());
    }

    @Override
    public void declare(ObjectNode capabilities) {
        capabilities.putObject("tools").put("listChanged", true);
    }

    @Override
    public Map<String, Method> methods() {
        Map<String, Method> methods = new LinkedHashMap<>(tasks.methods());
        methods.put("tools/list", _ -> list());
        methods.put("tools/call", this::call);
        return methods;
    }

    private ObjectNode list() {
        ObjectNode result = FixtureData.object();
        ArrayNode list = result.putArray("tools");
        for (String name : tools.keySet()) {
            ObjectNode tool = list.addObject().put("name", name).put("description", "A tool of the conformance suite.");
            tool.set("inputSchema", FixtureData.ALL.path("schemas").path(name).deepCopy());
            if (tool.path("inputSchema").isMissingNode()) {
                tool.putObject("inputSchema").put("type", "object");
            }
        }
        return CacheHints.PUBLIC.on(result);
    }

    private ObjectNode call(Call call) throws ProtocolError, InterruptedException {
        Method tool = tools.get(call.request().text("name"));
        if (tool == null) {
            throw ProtocolError.invalidParams("Unknown tool.");
        }
        return tool.call(call);
    }

    private static ObjectNode progress(Call call) {
        for (int done = 0; done <= 100; done += 50) {
            call.progress(FixtureData.object()
                    .put("progress", done)
                    .put("total", 100)
                    .put("message", "Completed step " + done + " of 100"));
        }
        return FixtureData.text("Done.");
    }

    private static ObjectNode missingCapability(Call call) throws ProtocolError {
        if (!call.request().capabilities().has("sampling")) {
            ObjectNode required = FixtureData.object();
            required.putObject("sampling");
            throw ProtocolError.missingCapability("This tool asks the client's model.", required);
        }
        return FixtureData.text("Done.");
    }

    private ObjectNode changed(String notification) {
        changes.announce(notification, null);
        return FixtureData.text("Changed.");
    }

    private static ObjectNode asked(Call call, String key, List<String> inputs) {
        JsonNode answer = FixtureInputs.answer(call, key);
        return answer.isMissingNode() ? FixtureInputs.ask(null, inputs) : FixtureData.text("Answered: " + answer);
    }

    private static ObjectNode confirmed(Call call) throws ProtocolError {
        return FixtureInputs.state(call).equals("confirm")
                        && FixtureInputs.answer(call, "confirm").isObject()
                ? FixtureData.text("state-ok")
                : FixtureInputs.ask("confirm", List.of("confirm", "elicitation"));
    }

    private static ObjectNode several(Call call) throws ProtocolError {
        boolean all = FixtureInputs.state(call).equals("several")
                && FixtureInputs.answer(call, "user_name").isObject()
                && FixtureInputs.answer(call, "greeting").isObject()
                && FixtureInputs.answer(call, "client_roots").isObject();
        return all
                ? FixtureData.text("All answered.")
                : FixtureInputs.ask(
                        "several",
                        List.of("user_name", "elicitation", "greeting", "sampling", "client_roots", "roots"));
    }

    private static ObjectNode rounds(Call call) throws ProtocolError {
        String state = FixtureInputs.state(call);
        if (state.equals("round 1") && FixtureInputs.answer(call, "step1").isObject()) {
            return FixtureInputs.ask("round 2", List.of("step2", "elicitation"));
        }
        return state.equals("round 2") && FixtureInputs.answer(call, "step2").isObject()
                ? FixtureData.text("Two rounds.")
                : FixtureInputs.ask("round 1", List.of("step1", "elicitation"));
    }

    private static ObjectNode ofCapabilities(Call call) {
        List<String> inputs = call.request().capabilities().has("elicitation")
                ? List.of("elicit_input", "elicitation")
                : List.of("sample_input", "sampling");
        return asked(call, inputs.getFirst(), inputs);
    }
}
