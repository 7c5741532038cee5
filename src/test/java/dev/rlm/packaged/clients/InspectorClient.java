package dev.rlm.packaged.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.mcp.conformance.Npm;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line of the MCP Inspector: a process for each request. It speaks an older version, but waits for answers by the
 * tasks extension of 2026-07-28.
 */
final class InspectorClient implements ForeignClient {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path home;
    private final String address;

    /** @param home where it keeps what it remembers */
    InspectorClient(Path home, String address) {
        this.home = home;
        this.address = address;
    }

    @Override
    public String name() {
        return "Inspector";
    }

    /** It writes results alone. */
    @Override
    public boolean showsProgress() {
        return false;
    }

    /** An argument of a process is shorter than 128 KiB. */
    @Override
    public int longestText() {
        return 100_000;
    }

    @Override
    public Greeting greet() throws Exception {
        JsonNode met = run("legacy", "--method", "initialize");
        List<String> tools = new ArrayList<>();
        run("legacy", "--method", "tools/list")
                .path("tools")
                .forEach(tool -> tools.add(tool.path("name").asText()));
        return new Greeting(
                met.path("protocolVersion").asText(),
                met.at("/serverInfo/name").asText(),
                met.path("instructions").asText(),
                tools);
    }

    @Override
    public JsonNode call(String tool, Map<String, Object> arguments) throws Exception {
        return call("legacy", tool, arguments);
    }

    private JsonNode call(String era, String tool, Map<String, Object> arguments) throws Exception {
        JsonNode result = run(
                era,
                "--method",
                "tools/call",
                "--tool-name",
                tool,
                "--tool-args-json",
                MAPPER.writeValueAsString(arguments));
        return result.path("structuredContent");
    }

    @Override
    public Answered answer(Map<String, Object> question) throws Exception {
        return new Answered(call("modern", "rlm_ask", question).path("task"), List.of());
    }

    @Override
    public String read(String uri) throws Exception {
        return run("legacy", "--method", "resources/read", "--uri", uri)
                .at("/contents/0/text")
                .asText();
    }

    private JsonNode run(String era, String... request) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "--cli", "--server-url", address, "--transport", "http", "--protocol-era", era, "--format", "json"));
        arguments.addAll(List.of(request));
        ProcessBuilder builder = Npm.node(Npm.program("mcp-inspector"), arguments.toArray(String[]::new));
        builder.environment().put("HOME", home.toString());
        Finished finished = PackagedRlm.finish(builder, "");
        if (finished.exitCode() != 0) {
            throw new AssertionError("Inspector, " + String.join(" ", request) + ": " + finished.err());
        }
        return MAPPER.readTree(finished.out()).path("result");
    }

    @Override
    public void close() {
        // Nothing of it runs.
    }
}
