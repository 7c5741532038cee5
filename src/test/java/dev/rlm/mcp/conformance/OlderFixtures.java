package dev.rlm.mcp.conformance;

import io.quarkiverse.mcp.server.AudioContent;
import io.quarkiverse.mcp.server.BlobResourceContents;
import io.quarkiverse.mcp.server.CompletePrompt;
import io.quarkiverse.mcp.server.Elicitation;
import io.quarkiverse.mcp.server.ElicitationRequest;
import io.quarkiverse.mcp.server.ElicitationRequest.BooleanSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.EnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.IntegerSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.MultiSelectEnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.NumberSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.SingleSelectEnumSchema;
import io.quarkiverse.mcp.server.ElicitationRequest.StringSchema;
import io.quarkiverse.mcp.server.ElicitationResponse;
import io.quarkiverse.mcp.server.EmbeddedResource;
import io.quarkiverse.mcp.server.ImageContent;
import io.quarkiverse.mcp.server.McpLog;
import io.quarkiverse.mcp.server.Progress;
import io.quarkiverse.mcp.server.Prompt;
import io.quarkiverse.mcp.server.PromptArg;
import io.quarkiverse.mcp.server.PromptMessage;
import io.quarkiverse.mcp.server.RequestUri;
import io.quarkiverse.mcp.server.Resource;
import io.quarkiverse.mcp.server.ResourceTemplate;
import io.quarkiverse.mcp.server.Sampling;
import io.quarkiverse.mcp.server.SamplingMessage;
import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.TextResourceContents;
import io.quarkiverse.mcp.server.Tool;
import io.quarkiverse.mcp.server.ToolArg;
import io.quarkiverse.mcp.server.ToolCallException;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** What the conformance suite wants to find on a server of the older versions, by fixed names. */
@Singleton
@IfBuildProfile(ConformanceTest.PROFILE)
public final class OlderFixtures {

    static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    static final String SILENCE = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

    void register(@Observes StartupEvent start, ToolManager tools) {
        tools.newTool("json_schema_2020_12_tool")
                .setDescription("A tool with a schema of many words.")
                .setInputSchema(Fixtures.schema("json_schema_2020_12_tool"))
                .setHandler(_ -> ToolResponse.success("Called."))
                .register();
    }

    @Tool(name = "test_simple_text", description = "One text.")
    TextContent text() {
        return new TextContent("This is a simple text response for testing.");
    }

    @Tool(name = "test_image_content", description = "One image.")
    ImageContent image() {
        return new ImageContent(PIXEL, "image/png");
    }

    @Tool(name = "test_audio_content", description = "One sound.")
    AudioContent audio() {
        return new AudioContent(SILENCE, "audio/wav");
    }

    @Tool(name = "test_embedded_resource", description = "One embedded resource.")
    EmbeddedResource embedded() {
        return new EmbeddedResource(new TextResourceContents("test://embedded-resource", "Embedded.", "text/plain"));
    }

    @Tool(name = "test_multiple_content_types", description = "A text, an image and a resource.")
    ToolResponse mixed() {
        return ToolResponse.success(List.of(
                new TextContent("Several kinds of content:"),
                new ImageContent(PIXEL, "image/png"),
                new EmbeddedResource(new TextResourceContents(
                        "test://mixed-content-resource", "{\"test\":1}", "application/json"))));
    }

    @Tool(name = "test_tool_with_logging", description = "Logs while it runs.")
    TextContent logging(McpLog log) {
        log.info("started");
        log.info("processing");
        log.info("completed");
        return new TextContent("Logged.");
    }

    @Tool(name = "test_tool_with_progress", description = "Tells about its progress.")
    TextContent progress(Progress progress) {
        for (int done = 0; done <= 100; done += 50) {
            progress.notificationBuilder()
                    .setProgress(done)
                    .setTotal(100)
                    .setMessage("Completed step " + done + " of 100")
                    .build()
                    .send()
                    .await()
                    .indefinitely();
        }
        return new TextContent("Done.");
    }

    @Tool(name = "test_error_handling", description = "Always fails.")
    TextContent failing() {
        throw new ToolCallException("This tool intentionally returns an error for testing");
    }

    @Tool(name = "test_sampling", description = "Asks the client's model.")
    TextContent sampling(@ToolArg(description = "The prompt.") String prompt, Sampling sampling) {
        var response = sampling.requestBuilder()
                .addMessage(SamplingMessage.withUserRole(prompt))
                .setMaxTokens(100)
                .build()
                .sendAndAwait();
        return new TextContent("LLM response: " + response.content());
    }

    @Tool(name = "test_elicitation", description = "Asks the user.")
    TextContent elicitation(@ToolArg(description = "The message.") String message, Elicitation elicitation) {
        return completed(elicitation
                .requestBuilder()
                .setMessage(message)
                .addSchemaProperty("response", new StringSchema(true))
                .build());
    }

    @Tool(name = "test_elicitation_sep1034_defaults", description = "Asks the user, with defaults.")
    TextContent defaults(Elicitation elicitation) {
        return completed(elicitation
                .requestBuilder()
                .setMessage("Please review and update the form fields with defaults")
                .addSchemaProperty("name", new StringSchema("John Doe"))
                .addSchemaProperty("age", new IntegerSchema(30))
                .addSchemaProperty("score", new NumberSchema(95.5))
                .addSchemaProperty(
                        "status",
                        EnumSchema.builder(List.of("active", "inactive", "pending"))
                                .setDefaultValue("active")
                                .build())
                .addSchemaProperty(
                        "verified",
                        BooleanSchema.builder().setDefaultValue(true).build())
                .build());
    }

    @Tool(name = "test_elicitation_sep1330_enums", description = "Asks the user to choose.")
    TextContent enums(Elicitation elicitation) {
        List<String> options = List.of("option1", "option2", "option3");
        List<String> values = List.of("value1", "value2", "value3");
        return completed(elicitation
                .requestBuilder()
                .setMessage("Please select options from the enum fields")
                .addSchemaProperty("untitledSingle", new SingleSelectEnumSchema(options))
                .addSchemaProperty(
                        "titledSingle",
                        new SingleSelectEnumSchema(values, List.of("First Option", "Second Option", "Third Option")))
                .addSchemaProperty(
                        "legacyEnum",
                        EnumSchema.builder(List.of("opt1", "opt2", "opt3"))
                                .setEnumNames(List.of("Option One", "Option Two", "Option Three"))
                                .build())
                .addSchemaProperty("untitledMulti", new MultiSelectEnumSchema(options))
                .addSchemaProperty(
                        "titledMulti",
                        MultiSelectEnumSchema.builder(values)
                                .setEnumTitles(List.of("First Choice", "Second Choice", "Third Choice"))
                                .build())
                .build());
    }

    private static TextContent completed(ElicitationRequest request) {
        ElicitationResponse response = request.sendAndAwait();
        return new TextContent("Elicitation completed: action=" + response.action() + ", content="
                + new JsonObject(response.content().asMap()).encode());
    }

    @Resource(uri = "test://static-text", description = "A text.", mimeType = "text/plain")
    TextResourceContents staticText(RequestUri uri) {
        return new TextResourceContents(uri.value(), "This is the content of the static text resource.", "text/plain");
    }

    @Resource(uri = "test://static-binary", description = "An image.", mimeType = "image/png")
    BlobResourceContents staticBinary(RequestUri uri) {
        return new BlobResourceContents(uri.value(), PIXEL, "image/png");
    }

    @Resource(uri = "test://watched-resource", description = "A text to watch.", mimeType = "text/plain")
    TextResourceContents watched(RequestUri uri) {
        return new TextResourceContents(uri.value(), "Watched.", "text/plain");
    }

    @ResourceTemplate(
            uriTemplate = "test://template/{id}/data",
            description = "A template.",
            mimeType = "application/json")
    TextResourceContents template(String id, RequestUri uri) {
        return new TextResourceContents(uri.value(), "{\"id\":\"" + id + "\"}", "application/json");
    }

    @Prompt(name = "test_simple_prompt", description = "A prompt without arguments.")
    PromptMessage simplePrompt() {
        return PromptMessage.withUserRole(new TextContent("This is a simple prompt for testing."));
    }

    @Prompt(name = "test_prompt_with_arguments", description = "A prompt with arguments.")
    PromptMessage promptWithArguments(
            @PromptArg(description = "The first.") String arg1, @PromptArg(description = "The second.") String arg2) {
        return PromptMessage.withUserRole(
                new TextContent("Prompt with arguments: arg1='" + arg1 + "', arg2='" + arg2 + "'"));
    }

    @CompletePrompt("test_prompt_with_arguments")
    List<String> complete(String arg1) {
        return List.of(arg1 + "ing");
    }

    @Prompt(name = "test_prompt_with_embedded_resource", description = "A prompt with a resource.")
    List<PromptMessage> promptWithResource(@PromptArg(description = "What to embed.") String resourceUri) {
        return List.of(
                PromptMessage.withUserRole(
                        new EmbeddedResource(new TextResourceContents(resourceUri, "Embedded.", "text/plain"))),
                PromptMessage.withUserRole(new TextContent("Please process the embedded resource above.")));
    }

    @Prompt(name = "test_prompt_with_image", description = "A prompt with an image.")
    List<PromptMessage> promptWithImage() {
        return List.of(
                PromptMessage.withUserRole(new ImageContent(PIXEL, "image/png")),
                PromptMessage.withUserRole(new TextContent("Please analyze the image above.")));
    }
}
