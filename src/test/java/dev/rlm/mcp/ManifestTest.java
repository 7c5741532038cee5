package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.wiring.AuthConfig;
import dev.rlm.wiring.ContextConfig;
import dev.rlm.wiring.EngineConfig;
import dev.rlm.wiring.FunctionsConfig;
import dev.rlm.wiring.ModelConfig;
import dev.rlm.wiring.SandboxConfig;
import dev.rlm.wiring.TaskConfig;
import dev.rlm.wiring.ViewerConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;

/** The published manifest says what the program is. */
final class ManifestTest {

    /** Set by the commands themselves. */
    private static final Set<String> NOT_FOR_USERS = Set.of("rlm.context.default-root", "rlm.auth.own-hash");

    private final JsonNode manifest = read();

    @Test
    void itHasTheFieldsOfARegistryDocument() {
        assertThat(manifest.path("$schema").textValue())
                .isEqualTo("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json");
        assertThat(manifest.path("name").textValue())
                .matches("[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+")
                .hasSizeBetween(3, 200);
        assertThat(manifest.path("title").textValue()).hasSizeBetween(1, 100);
        assertThat(manifest.path("description").textValue()).hasSizeBetween(1, 100);
        for (JsonNode remote : manifest.path("remotes")) {
            assertThat(remote.path("type").textValue()).isEqualTo("streamable-http");
            assertThat(remote.path("url").textValue()).matches("https?://\\S+/mcp");
        }
    }

    @Test
    void itHasTheVersionOfTheBuild() throws Exception {
        var pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        String version = XPathFactory.newInstance().newXPath().evaluate("/project/version", pom);

        assertThat(version).isNotBlank();
        assertThat(manifest.path("version").textValue()).isEqualTo(version);
    }

    @Test
    void itListsTheToolsAsTheyAreDefined() {
        assertThat(tools())
                .isEqualTo(ToolDefinitions.load().stream()
                        .map(tool -> tool(
                                tool.name(),
                                tool.title(),
                                tool.description(),
                                tool.hints().readOnly(),
                                tool.hints().destructive(),
                                tool.hints().idempotent(),
                                tool.hints().openWorld()))
                        .toList());
    }

    @Test
    void itListsThePromptsAndTheKindsOfResourcesAsTheyAreDefined() {
        assertThat(published().path("prompts"))
                .containsExactlyElementsOf(PromptDefinition.load().stream()
                        .map(prompt -> (JsonNode) prompt.json())
                        .toList());
        assertThat(published().path("resourceTemplates"))
                .containsExactlyElementsOf(ResourceTemplate.load().stream()
                        .map(template -> (JsonNode) template.json())
                        .toList());
    }

    @Test
    void itSaysOfTheServerWhatTheServerCardAndTheServerItselfSay() throws Exception {
        Properties program = new Properties();
        try (var in = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            program.load(in);
        }
        assertThat(manifest.path("name").textValue()).isEqualTo(ServerCard.NAME);
        assertThat(manifest.path("title").textValue())
                .isEqualTo(program.getProperty("quarkus.mcp.server.server-info.title"));
        assertThat(manifest.path("description").textValue())
                .isEqualTo(program.getProperty("quarkus.mcp.server.server-info.description"));
    }

    @Test
    void itListsAnEnvironmentVariableForEachConfigurationKey() {
        List<String> listed = StreamSupport.stream(
                        published().path("environmentVariables").spliterator(), false)
                .map(variable -> variable.path("name").textValue())
                .filter(name -> name.startsWith("RLM_"))
                .toList();

        assertThat(listed).doesNotHaveDuplicates();
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(configurationKeys().stream()
                        .map(key -> key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void itsLimitsNameConfigurationKeysThatExist() {
        Set<String> keys = configurationKeys();
        for (JsonNode limit : published().path("limits")) {
            assertThat(limit.path("value").isIntegralNumber()).isTrue();
            if (limit.has("configuration")) {
                assertThat(keys).contains(limit.path("configuration").textValue());
            }
        }
    }

    /** The tools of the manifest in their order, each with the members that {@link #tool} makes. */
    static List<JsonNode> tools() {
        return StreamSupport.stream(
                        read().at("/_meta/io.modelcontextprotocol.registry~1publisher-provided/tools")
                                .spliterator(),
                        false)
                .toList();
    }

    /** A tool as the manifest writes it. */
    static JsonNode tool(
            String name,
            String title,
            String description,
            boolean readOnly,
            boolean destructive,
            boolean idempotent,
            boolean openWorld) {
        ObjectNode tool = JsonNodeFactory.instance.objectNode();
        tool.put("name", name).put("title", title).put("description", description);
        tool.putObject("annotations")
                .put("readOnlyHint", readOnly)
                .put("destructiveHint", destructive)
                .put("idempotentHint", idempotent)
                .put("openWorldHint", openWorld);
        return tool;
    }

    private JsonNode published() {
        return manifest.path("_meta").path("io.modelcontextprotocol.registry/publisher-provided");
    }

    /** Keys of maps are left out: no environment variable can hold their names. */
    private static Set<String> configurationKeys() {
        return Stream.of(
                        AuthConfig.class,
                        ContextConfig.class,
                        EngineConfig.class,
                        FunctionsConfig.class,
                        ModelConfig.class,
                        SandboxConfig.class,
                        TaskConfig.class,
                        ViewerConfig.class)
                .flatMap(type -> ConfigMappings.getProperties(ConfigClass.configClass(type)).keySet().stream())
                .filter(key -> !key.contains("*") && !NOT_FOR_USERS.contains(key))
                .collect(Collectors.toSet());
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(Path.of("mcp-manifest.json").toFile());
        } catch (IOException e) {
            throw new AssertionError("mcp-manifest.json cannot be read.", e);
        }
    }
}
