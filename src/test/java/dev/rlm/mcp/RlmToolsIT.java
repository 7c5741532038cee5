package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import dev.rlm.pdf.SamplePdfs;
import dev.rlm.storage.s3.S3Server;
import io.quarkiverse.mcp.server.test.McpAssured.ToolInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tools as a client meets them, with real sandboxes and scripted models over HTTP. */
final class RlmToolsIT {

    private static ScriptedEndpoint models;
    private static S3Server bucket;
    private static PackagedRlm.Server server;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
        bucket = S3Server.guarded();
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_CONTEXT_URLS", "https://rlm.example/docs/,s3://" + S3Server.BUCKET + "/allowed/");
        environment.put("RLM_CONTEXT_URL_S3_REGION", "us-east-1");
        environment.put("RLM_CONTEXT_URL_S3_ENDPOINT", bucket.address().toString());
        environment.put("RLM_CONTEXT_URL_S3_PATH_STYLE", "true");
        environment.put("AWS_ACCESS_KEY_ID", S3Server.KEY_ID);
        environment.put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
        server = new PackagedRlm.Server(environment);
    }

    @AfterAll
    static void stop() {
        List<ProcessHandle> workers = server.workers();
        server.close();
        models.close();
        bucket.close();
        assertThat(workers).isNotEmpty();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(workers).noneMatch(ProcessHandle::isAlive));
        assertThat(server.log()).doesNotContain(Stories.SECRET, S3Server.SECRET, "Exception");
    }

    private static final Set<String> SCHEMA_WORDS = Set.of(
            "type",
            "description",
            "properties",
            "required",
            "items",
            "enum",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "additionalProperties");

    private McpConversation mcp;

    @BeforeEach
    void connect() {
        mcp = new McpConversation(server.base());
    }

    @AfterEach
    void disconnect() {
        mcp.close();
    }

    @Test
    void everyToolIsDescribedToTheLastProperty() {
        mcp.client
                .when()
                .toolsList(page -> {
                    assertThat(page.tools())
                            .extracting(ToolInfo::name)
                            .hasSize(9)
                            .allMatch(it -> it.startsWith("rlm_"));
                    for (ToolInfo tool : page.tools()) {
                        assertThat(tool.title()).isNotBlank();
                        assertThat(tool.description()).hasSizeBetween(80, 1_000);
                        assertThat(tool.annotations()).isPresent();
                        requireDescriptions(tool.name(), tool.inputSchema());
                        requireDescriptions(tool.name(), tool.outputSchema());
                    }
                    assertThat(page.findByName("rlm_ask")
                                    .annotations()
                                    .orElseThrow()
                                    .openWorldHint())
                            .isTrue();
                    assertThat(page.findByName("rlm_search")
                                    .annotations()
                                    .orElseThrow()
                                    .readOnlyHint())
                            .isTrue();
                    assertThat(page.findByName("rlm_delete_context")
                                    .annotations()
                                    .orElseThrow()
                                    .destructiveHint())
                            .isTrue();
                })
                .thenAssertResults();
        assertThat(mcp.client.initResult().instructions()).contains("rlm_load_context", "rlm_status");
    }

    @Test
    void theManifestTellsTheToolsAsTheyAre() throws Exception {
        List<JsonNode> told = ManifestTest.tools();
        mcp.client
                .when()
                .toolsList(page -> assertThat(page.tools().stream()
                                .map(tool -> ManifestTest.tool(
                                        tool.name(),
                                        tool.title(),
                                        tool.description(),
                                        tool.annotations().orElseThrow().readOnlyHint(),
                                        tool.annotations().orElseThrow().destructiveHint(),
                                        tool.annotations().orElseThrow().idempotentHint(),
                                        tool.annotations().orElseThrow().openWorldHint())))
                        .containsExactlyInAnyOrderElementsOf(told))
                .thenAssertResults();
    }

    private static void requireDescriptions(String tool, JsonObject schema) {
        assertThat(SCHEMA_WORDS).as(tool + ": " + schema).containsAll(schema.fieldNames());
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        for (String name : properties.fieldNames()) {
            JsonObject property = properties.getJsonObject(name);
            assertThat(property.getString("description")).as(tool + "." + name).isNotBlank();
            requireDescriptions(tool + "." + name, property);
        }
        if (schema.containsKey("items")) {
            requireDescriptions(tool + "[]", schema.getJsonObject("items"));
        }
    }

    @Test
    void aQuestionThatIsRepeatedWithItsKeyIsTheSameTask() {
        String context = mcp.load("ok\nERROR one\n");
        JsonObject first = mcp.answer("count-errors", context, Map.of("key", "repeated", "priority", "high"));
        JsonObject again = mcp.ask("count-errors", context, Map.of("key", "repeated", "priority", "high"));
        JsonObject other = mcp.ask("count-errors", context, Map.of("key", "another", "priority", "low"));
        assertThat(again.getString("task_id")).isEqualTo(first.getString("task_id"));
        assertThat(again.getString("state")).isEqualTo("answered");
        assertThat(other.getString("task_id")).isNotEqualTo(first.getString("task_id"));
        assertThat(mcp.refusal(
                        "rlm_ask",
                        Map.of("question", "?", "context_ids", List.of(context), "key", "third", "priority", "urgent")))
                .contains("priority");
    }

    @Test
    void aQuestionIsAnsweredByCodeThatRan() {
        String context = mcp.load("ok\nERROR one\nok\nERROR two\n");
        JsonObject task = mcp.answer("count-errors", context, Map.of());
        assertThat(task.getString("state")).isEqualTo("answered");
        assertThat(task.getValue("value")).isEqualTo(new JsonObject("{\"errors\": 2, \"first\": \"ERROR one\"}"));
        assertThat(task.getString("origin")).isEqualTo("Handed over by the code in the REPL.");
        assertThat(task.getJsonObject("tokens").getLong("input")).isPositive();
        assertThat(task.getInteger("turn")).isEqualTo(1);
    }

    @Test
    void aFollowUpGoesOnWithTheVariablesOfAVerifiedAnswer() {
        String context = mcp.load("ok\nERROR one\nok\nERROR two\n");
        JsonObject first = mcp.answer("follow-up", context, Map.of("verify", true));
        assertThat(first.getString("answer")).startsWith("There are 2 [");
        assertThat(first.getJsonObject("verification").getInteger("supported")).isEqualTo(1);
        assertThat(first.getJsonObject("verification").getString("note")).isNull();

        JsonObject second = mcp.ended(mcp.call(
                        "rlm_ask",
                        Map.of("question", "What does the second say?", "session", first.getString("task_id")))
                .getJsonObject("task"));
        assertThat(second.getString("state")).as(second.encodePrettily()).isEqualTo("answered");
        assertThat(second.getValue("value")).isEqualTo(new JsonArray("[\"ERROR two\", 1, 1]"));
        assertThat(second.getValue("follows")).isEqualTo(new JsonArray().add(first.getString("task_id")));
        assertThat(second.getString("root_model")).isEqualTo("openai:follow-up");
        assertThat(mcp.refusal("rlm_ask", Map.of("question", "And?", "session", "task_" + "a".repeat(26))))
                .startsWith("There is no task with the id");
        assertThat(mcp.refusal("rlm_ask", Map.of("question", "And?"))).startsWith("No context is named");
    }

    @Test
    void aTypedAnswerFitsItsSchemaOrThereIsNone() {
        String context = mcp.load("ok\nERROR one\nok\nERROR two\n");
        JsonObject count = new JsonObject(
                "{\"type\": \"object\", \"properties\": {\"errors\": {\"type\": \"integer\"}}, \"required\": [\"errors\"]}");
        JsonObject task = mcp.answer("typed", context, Map.of("schema", count));
        assertThat(task.getString("state")).isEqualTo("answered");
        assertThat(task.getValue("value")).isEqualTo(new JsonObject("{\"errors\": 2}"));
        assertThat(task.getInteger("turn")).isEqualTo(2);

        JsonObject never = mcp.answer(
                "never-ends", context, Map.of("max_turns", 2, "schema", new JsonObject("{\"type\": \"string\"}")));
        assertThat(never.getString("state")).isEqualTo("failed");
        assertThat(never.getValue("value")).isNull();
        assertThat(never.getString("reason")).contains("no value that fits the schema");

        assertThat(mcp.refusal(
                        "rlm_ask",
                        Map.of(
                                "context_ids",
                                List.of(context),
                                "question",
                                "q",
                                "schema",
                                new JsonObject("{\"type\": \"text\"}"))))
                .startsWith("The schema is no JSON Schema. /type: ");
    }

    @Test
    void objectsOfS3BelowAnAllowedAddressAreAContext() {
        String base = "s3://" + S3Server.BUCKET + "/";
        bucket.put("allowed/logs/a.log", "ok\nERROR one\n");
        bucket.put("allowed/logs/old/b.log", "ERROR two\n");
        bucket.put("private/c.log", "ERROR three\n");
        JsonObject context = mcp.call("rlm_load_context", Map.of("urls", List.of(base + "allowed/logs/")))
                .getJsonObject("context");
        assertThat(context.getString("name")).isEqualTo("logs");
        assertThat(context.getJsonArray("documents").stream()
                        .map(document -> ((JsonObject) document).getString("name")))
                .containsExactly("a.log", "old/b.log");
        JsonObject task = mcp.answer("count-errors", context.getString("context_id"), Map.of());
        assertThat(task.getValue("value")).isEqualTo(new JsonObject("{\"errors\": 2, \"first\": \"ERROR one\"}"));
        assertThat(mcp.call("rlm_load_context", Map.of("paths", List.of(base + "allowed/logs/a.log")))
                        .getJsonObject("context")
                        .getString("name"))
                .as("an address among the paths is meant as one")
                .isEqualTo("a.log");
        for (String elsewhere : List.of("private/c.log", "private/", "allowed/../private/c.log", "")) {
            assertThat(mcp.refusal("rlm_load_context", Map.of("urls", List.of(base + elsewhere))))
                    .containsAnyOf("rlm.context.urls", "without parts '.' and '..'")
                    .doesNotContain("three", "127.0.0.1", S3Server.SECRET);
        }
        assertThat(mcp.refusal("rlm_load_context", Map.of("urls", List.of(base + "allowed/none"))))
                .startsWith(base + "allowed/none does not exist");
    }

    @Test
    void subCallsReachTheSubModelAndAreCounted() {
        String context = mcp.load("a cat\na rose\na dog\nan oak\na cow\na stone\n");
        JsonObject task = mcp.answer("label", context, Map.of());
        assertThat(task.getValue("value")).isEqualTo(new JsonObject("{\"animal\": 3, \"plant\": 2, \"unknown\": 1}"));
        assertThat(task.getInteger("sub_calls")).isEqualTo(6);
        assertThat(task.getInteger("turn")).isEqualTo(2);
    }

    @Test
    void theTextOfAPdfIsReadByCodeAndItsScannedPageIsShownToTheSubModel() throws Exception {
        byte[] jpeg = SamplePdfs.jpeg(300, 424);
        Files.write(
                server.root().resolve("invoice.pdf"),
                SamplePdfs.pdf()
                        .text("Invoice No. 4711 of the 3rd of May.\nThe items and the total are on the next page.\n"
                                + "Payable within thirty days of receipt, without any deduction.")
                        .scan(jpeg)
                        .bytes());
        String path = server.root().resolve("invoice.pdf").toString();
        JsonObject context =
                mcp.call("rlm_load_context", Map.of("paths", List.of(path))).getJsonObject("context");
        assertThat(context.getJsonArray("documents").stream()
                        .map(document -> ((JsonObject) document).getString("name")))
                .containsExactly("invoice.pdf", "invoice.pdf#page=2");
        assertThat(context.getJsonArray("skipped")).isEmpty();
        JsonObject task = mcp.answer("scanned", context.getString("context_id"), Map.of());
        assertThat(task.getValue("value"))
                .as(task.encodePrettily())
                .isEqualTo(new JsonObject(
                        "{\"number\": \"4711\", \"scan\": \"invoice.pdf#page=2\", \"total\": \"42 EUR\"}"));
        assertThat(models.requests())
                .filteredOn(request -> request.lastMessage().contains("total on this scan"))
                .singleElement()
                .satisfies(request -> assertThat(request.body().toString())
                        .contains(
                                "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg)));
        assertThat(mcp.call("rlm_load_context", Map.of("paths", List.of(path), "pdf_pages", "none"))
                        .getJsonObject("context")
                        .getJsonArray("skipped"))
                .containsExactly(
                        "Left out of invoice.pdf: the image of page 2 (no text on it, and images are not wanted).");
        assertThat(mcp.refusal("rlm_load_context", Map.of("paths", List.of(path), "pdf_pages", "some")))
                .contains("pdf_pages");
    }

    @Test
    void resultsFitTheOutputSchemas() throws Exception {
        String context = mcp.load("ERROR once\n");
        JsonObject task = mcp.answer("count-errors", context, Map.of());
        requireFit("rlm_status", new JsonObject().put("task", task));
        requireFit("rlm_status", mcp.call("rlm_status", Map.of()));
        requireFit("rlm_list_tasks", mcp.call("rlm_list_tasks", Map.of("limit", 1)));
        requireFit("rlm_list_contexts", mcp.call("rlm_list_contexts", Map.of("limit", 1)));
        requireFit(
                "rlm_search",
                mcp.call("rlm_search", Map.of("context_id", context, "pattern", "E.+R", "context_lines", 1)));
        requireFit("rlm_search", mcp.call("rlm_search", Map.of("context_id", context, "query", "error once")));
        requireFit("rlm_read", mcp.call("rlm_read", Map.of("context_id", context)));
        requireFit("rlm_load_context", mcp.call("rlm_load_context", Map.of("text", "abc", "name", "n")));
        requireFit("rlm_cancel", mcp.call("rlm_cancel", Map.of("task_id", task.getString("task_id"))));
        requireFit("rlm_delete_context", mcp.call("rlm_delete_context", Map.of("context_id", context)));
    }

    private static void requireFit(String tool, JsonObject result) throws Exception {
        JsonNode schema = ToolDefinitions.load().stream()
                .filter(definition -> definition.name().equals(tool))
                .findFirst()
                .orElseThrow()
                .outputSchema();
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(schema)
                        .validate(new ObjectMapper().readTree(result.encode())))
                .isEmpty();
    }

    @Test
    void atTheTurnLimitTheAnswerIsPartial() {
        JsonObject task = mcp.answer("never-ends", mcp.load("text"), Map.of("max_turns", 3));
        assertThat(task.getString("state")).isEqualTo("partial");
        assertThat(task.getString("answer")).isEqualTo("7");
        assertThat(task.getString("reason")).isEqualTo("The limit of 3 turns is reached.");
        assertThat(task.getString("last_output")).contains("still looking");
    }

    @Test
    void cancellingTakesEffectDuringABatch() throws Exception {
        JsonObject task = mcp.ask("slow-batch", mcp.load("text"), Map.of());
        String id = task.getString("task_id");
        for (int i = 0;
                i < 360
                        && mcp.call("rlm_status", Map.of("task_id", id))
                                        .getJsonObject("task")
                                        .getInteger("sub_calls_waiting")
                                == 0;
                i++) {
            Thread.sleep(500);
        }
        long start = System.nanoTime();
        JsonObject cancelled = mcp.call("rlm_cancel", Map.of("task_id", id)).getJsonObject("task");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(cancelled.getString("state")).isEqualTo("cancelled");
        // The calls of the batch take minutes.
        assertThat(took).isLessThan(Duration.ofSeconds(30));
        assertThat(mcp.call("rlm_cancel", Map.of("task_id", id))
                        .getJsonObject("task")
                        .getString("state"))
                .isEqualTo("cancelled");
    }

    @Test
    void twentyTasksAtOnceAllGetTheirOwnAnswer() {
        List<JsonObject> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String context = mcp.load("x" + " needle".repeat(i) + " end" + (char) ('a' + i));
            tasks.add(mcp.ask("size", context, Map.of()));
        }
        for (int i = 0; i < 20; i++) {
            JsonObject task = mcp.ended(tasks.get(i));
            assertThat(task.getString("state")).as(task.encode()).isEqualTo("answered");
            assertThat(task.getJsonArray("value").getInteger(1)).isEqualTo(i);
            assertThat(task.getJsonArray("value").getString(2)).endsWith("end" + (char) ('a' + i));
        }
    }

    @Test
    void aContextOf100MegabytesIsAskedAbout() throws Exception {
        Path file = server.root().resolve("large.log");
        byte[] line = "2026-01-01 12:00:00 INFO  everything is as it should be in this long line of a log\n"
                .getBytes(StandardCharsets.UTF_8);
        try (var out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
            for (long size = 0; size < 100_000_000; size += line.length) {
                out.write(line);
            }
            out.write("needle".getBytes(StandardCharsets.UTF_8));
        }
        JsonObject context = mcp.call("rlm_load_context", Map.of("paths", List.of(file.toString())))
                .getJsonObject("context");
        assertThat(context.getLong("characters")).isEqualTo(Files.size(file));
        JsonObject task = mcp.answer("size", context.getString("context_id"), Map.of());
        assertThat(task.getValue("value"))
                .isEqualTo(new JsonArray().add(Files.size(file)).add(1).add("needle"));
        assertThat(task.getJsonObject("tokens").getLong("input")).isLessThan(10_000);
    }

    @Test
    void aTextOf30MegabytesIsHandedOverInOneCall() {
        String text = "a line of text\n".repeat(2_000_000) + "needle";
        JsonObject task = mcp.answer("size", mcp.load(text), Map.of());
        assertThat(task.getValue("value"))
                .isEqualTo(new JsonArray().add(text.length()).add(1).add("needle"));
    }

    @Test
    void aLongAnswerIsReadInParts() {
        JsonObject task = mcp.answer("long-answer", mcp.load("text"), Map.of());
        assertThat(task.getInteger("answer_characters")).isEqualTo(250_000);
        assertThat(task.getString("answer")).hasSize(20_000);
        assertThat(task.getString("next")).contains("answer_offset 20000");
        JsonObject rest = mcp.call("rlm_status", Map.of("task_id", task.getString("task_id"), "answer_offset", 240_000))
                .getJsonObject("task");
        assertThat(rest.getString("answer")).hasSize(10_000);
        assertThat(rest.getString("next")).startsWith("Use the answer.");
    }

    @Test
    void aNumberOfThousandsOfDigitsIsAnAnswer() {
        JsonObject task = mcp.answer("long-number", mcp.load("text"), Map.of());
        assertThat(task.getString("answer")).isEqualTo("1" + "0".repeat(2000));
    }

    @Test
    void aModelThatCannotBeAskedFailsTheTaskWithTheReason() {
        JsonObject task = mcp.answer("failing", mcp.load("text"), Map.of());
        assertThat(task.getString("state")).isEqualTo("failed");
        assertThat(task.getString("reason")).contains("The key was refused.").doesNotContain(Stories.SECRET);
    }

    @Test
    void searchAndReadFindTheirPlaces() {
        JsonObject loaded = mcp.call(
                        "rlm_load_context",
                        Map.of(
                                "documents",
                                List.of(
                                        Map.of("name", "a/one.txt", "text", "alpha\nbeta\ngamma\n"),
                                        Map.of("name", "b/two.md", "text", "beta again\n"))))
                .getJsonObject("context");
        String id = loaded.getString("context_id");
        assertThat(loaded.getInteger("document_count")).isEqualTo(2);

        JsonObject found = mcp.call("rlm_search", Map.of("context_id", id, "pattern", "bet.", "context_lines", 1));
        assertThat(found.getJsonArray("matches")).hasSize(2);
        assertThat(found.getJsonArray("matches").getJsonObject(0)).isEqualTo(new JsonObject("""
                        {"document":"a/one.txt","line":2,"offset":6,"text":"beta","before":["alpha"],"after":["gamma"]}"""));
        assertThat(mcp.call("rlm_search", Map.of("context_id", id, "pattern", "bet.", "documents", "**/*.md"))
                        .getJsonArray("matches"))
                .hasSize(1);

        JsonObject part = mcp.call(
                "rlm_read", Map.of("context_id", id, "document", "a/one.txt", "first_line", 2, "max_lines", 1));
        assertThat(part.getString("text")).isEqualTo("beta\n");
        assertThat(part.getInteger("next_offset")).isEqualTo(11);
    }

    @Test
    void passagesAreFoundByWords() {
        String filler = "Nothing of note was written down on that day.\n".repeat(60);
        String id = mcp.call(
                        "rlm_load_context",
                        Map.of(
                                "documents",
                                List.of(
                                        Map.of("name", "a/one.txt", "text", filler + "The harbour treaty.\n"),
                                        Map.of("name", "b/two.md", "text", "A treaty, signed.\n"))))
                .getJsonObject("context")
                .getString("context_id");

        JsonObject found = mcp.call("rlm_search", Map.of("context_id", id, "query", "HARBOURS treaty"));
        assertThat(found.getBoolean("truncated")).isFalse();
        assertThat(found.getJsonArray("passages")).hasSize(2);
        JsonObject best = found.getJsonArray("passages").getJsonObject(0);
        assertThat(best.getString("document")).isEqualTo("a/one.txt");
        assertThat(best.getString("text")).endsWith("The harbour treaty.\n");
        assertThat(best.getDouble("score"))
                .isGreaterThan(found.getJsonArray("passages").getJsonObject(1).getDouble("score"));
        JsonObject read = mcp.call(
                "rlm_read",
                Map.of(
                        "context_id",
                        id,
                        "document",
                        "a/one.txt",
                        "offset",
                        best.getInteger("offset"),
                        "max_characters",
                        best.getString("text").length()));
        assertThat(read.getString("text")).isEqualTo(best.getString("text"));
        assertThat(read.getInteger("first_line")).isEqualTo(best.getInteger("line"));

        JsonObject one = mcp.call("rlm_search", Map.of("context_id", id, "query", "treaty", "k", 1));
        assertThat(one.getJsonArray("passages")).hasSize(1);
        assertThat(one.getBoolean("truncated")).isTrue();
        assertThat(mcp.call("rlm_search", Map.of("context_id", id, "query", "treaty", "documents", "*.md"))
                        .getJsonArray("passages"))
                .hasSize(1);
        assertThat(mcp.call("rlm_search", Map.of("context_id", id, "query", "\"treaty harbour\""))
                        .getJsonArray("passages"))
                .isEmpty();

        mcp.call("rlm_delete_context", Map.of("context_id", id));
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "query", "treaty")))
                .startsWith("There is no context");
    }

    @Test
    void contextsAreListedByPagesAndDeleted() {
        List<String> ids =
                IntStream.range(0, 3).mapToObj(i -> mcp.load("text " + i)).toList();
        JsonObject page = mcp.call("rlm_list_contexts", Map.of("limit", 2));
        assertThat(page.getJsonArray("contexts")).hasSize(2);
        assertThat(page.getInteger("total")).isGreaterThanOrEqualTo(3);
        assertThat(page.getInteger("next_offset")).isEqualTo(2);
        assertThat(mcp.call("rlm_delete_context", Map.of("context_id", ids.getFirst()))
                        .getBoolean("deleted"))
                .isTrue();
        assertThat(mcp.call("rlm_delete_context", Map.of("context_id", ids.getFirst()))
                        .getBoolean("deleted"))
                .isFalse();
        assertThat(mcp.refusal("rlm_read", Map.of("context_id", ids.getFirst())))
                .startsWith("There is no context");
    }

    @Test
    void tasksAreListedByPages() {
        String context = mcp.load("ERROR once\n");
        List<String> ids = IntStream.range(0, 3)
                .mapToObj(_ -> mcp.answer("count-errors", context, Map.of()).getString("task_id"))
                .toList();
        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            JsonObject page = mcp.call(
                    "rlm_list_tasks", cursor == null ? Map.of("limit", 2) : Map.of("limit", 2, "cursor", cursor));
            page.getJsonArray("tasks").forEach(task -> listed.add(((JsonObject) task).getString("task_id")));
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        assertThat(listed).startsWith(ids.get(2), ids.get(1), ids.get(0)).doesNotHaveDuplicates();
        assertThat(mcp.refusal("rlm_list_tasks", Map.of("cursor", "5"))).contains("cursor");
    }

    @Test
    void badInputIsASentence() {
        String id = mcp.load("text");
        String nobody = "ctx_" + "a".repeat(26);
        assertThat(mcp.refusal("rlm_load_context", Map.of())).startsWith("Nothing to load was given");
        assertThat(mcp.refusal("rlm_load_context", Map.of("text", ""))).isNotBlank();
        assertThat(mcp.refusal("rlm_load_context", Map.of("paths", List.of("/etc/passwd"))))
                .doesNotContain("root:");
        assertThat(mcp.refusal("rlm_load_context", Map.of("paths", List.of("../../../../etc/passwd"))))
                .doesNotContain("root:");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id)))).contains("question");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id), "question", "  ")))
                .startsWith("The question is empty");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(nobody), "question", "q")))
                .startsWith("There is no context with the id '" + nobody + "'");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id), "question", "q", "root_model", "gpt-5")))
                .startsWith("root_model: 'gpt-5' is not a model id");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id), "question", "q", "root_model", "acme:x")))
                .contains("'acme' is not a model provider");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id), "question", "q", "max_cost_usd", 1)))
                .startsWith("A cost limit cannot be kept");
        assertThat(mcp.refusal("rlm_ask", Map.of("context_ids", List.of(id), "question", "q", "wait_seconds", 600)))
                .contains("wait_seconds", "45");
        assertThat(mcp.refusal("rlm_status", Map.of("task_id", "../../x"))).contains("task_id");
        assertThat(mcp.refusal("rlm_status", Map.of("task_id", "task_" + "a".repeat(26))))
                .startsWith("There is no task");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "pattern", "(a")))
                .isNotBlank();
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "pattern", "(?=a)b")))
                .isNotBlank();
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id))).startsWith("Pass either `query`");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "query", "a", "pattern", "a")))
                .startsWith("Pass either `query`");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "query", "a", "max_matches", 3)))
                .contains("`k`");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "pattern", "a", "k", 3)))
                .contains("`max_matches`");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "query", "?!")))
                .startsWith("There is no word in the query");
        assertThat(mcp.refusal("rlm_search", Map.of("context_id", id, "query", "a", "k", 21)))
                .contains("k", "20");
        assertThat(mcp.refusal("rlm_read", Map.of("context_id", id, "document", "nope")))
                .contains("nope");
        assertThat(mcp.refusal("rlm_read", Map.of("context_id", id, "offset", 1, "first_line", 1)))
                .startsWith("Pass either");
        assertThat(mcp.refusal("rlm_list_contexts", Map.of("unknown", 1))).contains("unknown");
    }

    @Test
    void aWaitingStatusReturnsWithTheNews() {
        JsonObject task = mcp.ask("one-call", mcp.load("a cat"), Map.of());
        JsonObject later = task;
        for (int i = 0; i < 90 && later.getLong("version").equals(task.getLong("version")); i++) {
            Map<String, Object> arguments =
                    Map.of("task_id", task.getString("task_id"), "version", task.getLong("version"), "wait_seconds", 2);
            later = mcp.call("rlm_status", arguments).getJsonObject("task");
        }
        assertThat(later.getLong("version")).isGreaterThan(task.getLong("version"));
        assertThat(mcp.ended(later).getString("answer")).isEqualTo("animal");
    }

    @Test
    void whatTheRootModelWritesIsSeenBeforeItHasWrittenIt() throws Exception {
        String id = mcp.ask("slow-writer", mcp.load("text"), Map.of()).getString("task_id");
        // Each further piece would take minutes.
        await().atMost(Duration.ofMinutes(3))
                .until(() -> mcp.call("rlm_status", Map.of("task_id", id))
                                .getJsonObject("task")
                                .getJsonObject("writing")
                        != null);
        JsonObject status = mcp.call("rlm_status", Map.of("task_id", id));
        requireFit("rlm_status", status);
        JsonObject task = status.getJsonObject("task");
        assertThat(task.getJsonObject("writing")).isEqualTo(new JsonObject("""
                        {"turn": 1, "kind": "text", "characters": 16, "end": "I look, then I c"}"""));
        assertThat(task.getString("phase")).isEqualTo("asking the root model");
        JsonObject cancelled = mcp.call("rlm_cancel", Map.of("task_id", id)).getJsonObject("task");
        assertThat(cancelled.getValue("writing")).isNull();
    }
}
