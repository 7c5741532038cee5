package dev.rlm.mcp;

import static dev.rlm.mcp.ServerOfCallers.ANN;
import static dev.rlm.mcp.ServerOfCallers.BOB;
import static dev.rlm.mcp.ServerOfCallers.EVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.HttpDoor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What belongs to another caller is in no news, no completion, no prompt and no upload that goes on. */
final class OthersNewsIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VERSIONS = List.of("2025-11-25", "2026-07-28");
    private static final String NO_CONTEXT = "ctx_" + "a".repeat(26);
    private static final String NO_TASK = "task_" + "a".repeat(26);
    private static final String NO_LOAD = "load_" + "0".repeat(32);
    private static final String NAME = "secrets-of-ann";

    private static ServerOfCallers server;

    /** A context of Ann's, a task of hers that has ended, one that goes on, and a load. */
    private static String context;

    private static String ended;
    private static String running;
    private static String load;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerOfCallers();
        try (McpConversation ann = new McpConversation(server.base(), ANN)) {
            context = ann.call("rlm_load_context", Map.of("text", "ok\nERROR of ann\n", "name", NAME))
                    .getJsonObject("context")
                    .getString("context_id");
            ended = ann.answer("count-errors", context, Map.of()).getString("task_id");
            running = ann.ask("slow-writer", context, Map.of()).getString("task_id");
        }
        Path file = Files.writeString(server.root().resolve("of-ann.log"), "ERROR of ann\n".repeat(500_000));
        load = MAPPER.readTree(server.rpc(
                        ANN,
                        "2026-07-28",
                        "tools/call",
                        "rlm_load_context",
                        "{\"name\":\"rlm_load_context\",\"arguments\":{\"paths\":[\"" + file + "\"]}}"))
                .at("/result/taskId")
                .asText();
        assertThat(load).startsWith("load_");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aStreamTellsOfNothingThatIsAnothers() throws Exception {
        String wanted = "{\"notifications\":{\"taskIds\":" + list(running, ended, load)
                + ",\"resourceSubscriptions\":"
                + list(
                        "rlm://tasks/" + running,
                        "rlm://tasks/" + running + "/trajectory",
                        "rlm://contexts/" + context,
                        "rlm://contexts/" + context + "/documents/text")
                + "}}";
        JsonNode ofAnn = acknowledged(ANN, wanted);
        assertThat(ofAnn.path("taskIds")).hasSize(3);
        assertThat(ofAnn.path("resourceSubscriptions")).hasSize(4);
        JsonNode ofEve = acknowledged(EVE, wanted);
        assertThat(ofEve)
                .isEqualTo(MAPPER.readTree("{\"taskIds\":[],\"resourceSubscriptions\":[]}"))
                .isEqualTo(acknowledged(EVE, of(wanted)));
    }

    /** The same about what never was. */
    private static String of(String text) {
        return text.replace(running, NO_TASK)
                .replace(ended, NO_TASK)
                .replace(load, NO_LOAD)
                .replace(context, NO_CONTEXT);
    }

    private static String list(String... texts) {
        return "[\"" + String.join("\",\"", texts) + "\"]";
    }

    /** What a stream of news begins with: to what the server has agreed. */
    private static JsonNode acknowledged(String key, String params) throws Exception {
        String meta = ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.base() + "/mcp"))
                .headers("Authorization", "Bearer " + key, "Content-Type", "application/json")
                .headers("Accept", "application/json, text/event-stream", "MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "subscriptions/listen")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":"
                                + params.substring(0, params.length() - 1) + meta + "}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream body =
                        client.send(request, BodyHandlers.ofInputStream()).body()) {
            JsonNode first = firstEvent(body);
            client.shutdownNow();
            assertThat(first.path("method").asText())
                    .as(first.toString())
                    .isEqualTo("notifications/subscriptions/acknowledged");
            return first.at("/params/notifications");
        }
    }

    private static JsonNode firstEvent(InputStream body) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                return MAPPER.readTree(line.substring("data:".length()));
            }
        }
        throw new AssertionError("The stream has ended.");
    }

    @Test
    void aSessionCannotSubscribeToWhatIsAnothers() throws Exception {
        for (String uri : List.of(
                "rlm://tasks/" + running,
                "rlm://tasks/" + ended,
                "rlm://tasks/" + running + "/trajectory",
                "rlm://contexts/" + context,
                "rlm://contexts/" + context + "/documents/text")) {
            assertThat(inSession(ANN, "resources/subscribe", uri)).contains("\"result\"");
            String refused = inSession(EVE, "resources/subscribe", uri);
            assertThat(refused).contains("\"error\"");
            assertThat(nameless(refused)).isEqualTo(nameless(inSession(EVE, "resources/subscribe", of(uri))));
            assertThat(inSession(EVE, "resources/unsubscribe", uri))
                    .isEqualTo(inSession(EVE, "resources/unsubscribe", of(uri)));
        }
    }

    /** Without ids, which an error may repeat. */
    private static String nameless(String text) {
        return text.replaceAll("(ctx|task)_[a-z0-9]{26}", "ID");
    }

    /** The answer to a request in a session of a caller's own. */
    private static String inSession(String key, String method, String uri) throws Exception {
        HttpResponse<String> begun = server.door().initialize(HttpDoor.bearer(key));
        String[] headers = {
            "Authorization",
            "Bearer " + key,
            "Mcp-Session-Id",
            begun.headers().firstValue("Mcp-Session-Id").orElseThrow(),
            "MCP-Protocol-Version",
            "2025-11-25"
        };
        var _ = server.door().post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers);
        return server.door()
                .post(
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"" + method + "\",\"params\":{\"uri\":\"" + uri
                                + "\"}}",
                        headers)
                .body();
    }

    @Test
    void noCompletionOffersWhatIsAnothers() throws Exception {
        String contexts = "{\"type\":\"ref/resource\",\"uri\":\"rlm://contexts/{context_id}\"}";
        String documents = "{\"type\":\"ref/resource\",\"uri\":\"rlm://contexts/{context_id}/documents/{name}\"}";
        String tasks = "{\"type\":\"ref/resource\",\"uri\":\"rlm://tasks/{task_id}\"}";
        String prompt = "{\"type\":\"ref/prompt\",\"name\":\"find-all\"}";
        String chosen = ",\"context\":{\"arguments\":{\"context_id\":\"" + context + "\"}}";
        for (String version : VERSIONS) {
            for (String typed : List.of("", "ctx_", context.substring(0, 8), context, NAME.substring(0, 3))) {
                offeredToAnnAlone(version, contexts, "context_id", typed, "", context);
            }
            for (String typed : List.of("", NAME.substring(0, 3), NAME)) {
                offeredToAnnAlone(version, prompt, "context", typed, "", NAME);
            }
            offeredToAnnAlone(version, prompt, "context", "ctx_", "", context);
            for (String typed : List.of("", "task_", ended.substring(0, 9), ended)) {
                offeredToAnnAlone(version, tasks, "task_id", typed, "", ended);
            }
            offeredToAnnAlone(version, documents, "name", "", chosen, "text");
            offeredToAnnAlone(version, documents, "name", "", chosen.replace(context, NAME), "text");
        }
    }

    private static void offeredToAnnAlone(
            String version, String reference, String argument, String typed, String more, String value)
            throws Exception {
        String params = "{\"ref\":" + reference + ",\"argument\":{\"name\":\"" + argument + "\",\"value\":\"" + typed
                + "\"}" + more + "}";
        assertThat(server.rpc(ANN, version, "completion/complete", null, params))
                .contains("\"" + value + "\"");
        JsonNode ofEve = MAPPER.readTree(server.rpc(EVE, version, "completion/complete", null, params));
        assertThat(ofEve.at("/result/completion"))
                .as(params)
                .isEqualTo(MAPPER.readTree("{\"values\":[],\"total\":0,\"hasMore\":false}"));
    }

    @Test
    void noPromptKnowsTheContextOfAnother() throws Exception {
        for (String version : VERSIONS) {
            for (List<String> anothersAndMissing :
                    List.of(List.of(context, NO_CONTEXT), List.of(NAME, "no-such-name"))) {
                String another = anothersAndMissing.getFirst();
                String missing = anothersAndMissing.getLast();
                assertThat(prompt(ANN, version, another)).contains("loaded context " + context);
                assertThat(prompt(EVE, version, another).replace(another, "NAME"))
                        .doesNotContain(context)
                        .isEqualTo(prompt(EVE, version, missing).replace(missing, "NAME"));
            }
        }
    }

    private static String prompt(String key, String version, String wanted) throws Exception {
        return server.rpc(
                key,
                version,
                "prompts/get",
                "find-all",
                "{\"name\":\"find-all\",\"arguments\":{\"what\":\"errors\",\"context\":\"" + wanted + "\"}}");
    }

    @Test
    void aBrokenUploadGoesOnForItsSenderAlone() throws Exception {
        assertThat(part(ANN, "of-ann.txt", "01234", "bytes 0-4/9").statusCode()).isEqualTo(202);
        HttpResponse<String> taken = part(BOB, "of-ann.txt", "XXXX", "bytes 5-8/9");
        HttpResponse<String> missing = part(BOB, "never-was.txt", "XXXX", "bytes 5-8/9");
        assertThat(taken.statusCode()).isEqualTo(missing.statusCode()).isEqualTo(409);
        assertThat(taken.body()).isEqualTo(missing.body());
        assertThat(taken.headers().firstValue("Upload-Offset"))
                .isEqualTo(missing.headers().firstValue("Upload-Offset"));

        HttpResponse<String> own = part(BOB, "of-ann.txt", "of bob", "bytes 0-5/6");
        assertThat(own.statusCode()).as(own.body()).isEqualTo(201);
        HttpResponse<String> rest = part(ANN, "of-ann.txt", "5678", "bytes 5-8/9");
        assertThat(rest.statusCode()).as(rest.body()).isEqualTo(201);
        try (McpConversation ann = new McpConversation(server.base(), ANN);
                McpConversation bob = new McpConversation(server.base(), BOB)) {
            Map<String, Object> ofAnn = Map.of("context_id", id(rest));
            assertThat(ann.call("rlm_read", ofAnn).getString("text")).isEqualTo("012345678");
            assertThat(bob.call("rlm_read", Map.of("context_id", id(own))).getString("text"))
                    .isEqualTo("of bob");
            bob.refusal("rlm_read", ofAnn);
        }
    }

    private static HttpResponse<String> part(String key, String name, String body, String range) throws Exception {
        return server.door()
                .send("PUT", "/contexts/" + name, body, "Authorization", "Bearer " + key, "Content-Range", range);
    }

    private static String id(HttpResponse<String> uploaded) throws IOException {
        return MAPPER.readTree(uploaded.body()).path("context_id").asText();
    }
}
