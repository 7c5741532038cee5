package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.mcp.RequestFailure.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourcesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TestBelongings belongings = new TestBelongings();
    private final Features features = new Features(belongings);

    @Test
    void contextsAndTasksAreListedTogetherTheNewestFirst() throws Exception {
        Context context = belongings.addContext(1, "notes", 10, Map.of("a.txt", "text"));
        belongings.addTask(1, 5);
        belongings.addTask(2, 15);

        JsonNode page = ask("resources/list", Map.of());
        assertThat(page.path("resources"))
                .extracting(it -> it.path("uri").textValue())
                .containsExactly(
                        "rlm://tasks/" + TestBelongings.taskId(2),
                        "rlm://contexts/" + context.id(),
                        "rlm://tasks/" + TestBelongings.taskId(1));
        assertThat(page.has("nextCursor")).isFalse();
        JsonNode listed = page.path("resources").path(1);
        assertThat(listed.path("title").textValue()).isEqualTo("notes");
        assertThat(listed.path("annotations").path("lastModified").textValue()).isEqualTo("2026-03-01T12:00:10Z");
        String text = read(listed.path("uri").textValue()).path(0).path("text").textValue();
        assertThat(listed.path("size").intValue()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void pagesHoldEverythingOnceThoughThingsComeAndGoMeanwhile() throws Exception {
        for (int i = 0; i < 80; i++) {
            belongings.addContext(i, "c" + i, 2 * i, Map.of("a", "b"));
            // Half of them at the same time as a context.
            belongings.addTask(i, 2 * i + i % 2);
        }
        List<String> there = new ArrayList<>(uris(ask("resources/list", Map.of())));
        assertThat(there).hasSize(50);

        JsonNode first = ask("resources/list", Map.of());
        // The one that the cursor names goes, and a newer one comes.
        belongings.contexts.removeIf(it -> there.getLast().endsWith(it.id()));
        belongings.tasks.removeIf(it -> there.getLast().endsWith(it.id()));
        belongings.addTask(90, 1_000);

        List<String> all = new ArrayList<>(uris(first));
        JsonNode page = first;
        while (page.has("nextCursor")) {
            page = ask("resources/list", Map.of("cursor", page.get("nextCursor").textValue()));
            all.addAll(uris(page));
        }
        assertThat(all).hasSize(160).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "50", "bm90IGFuIGlk", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkgYQ", "MTIz", "%%%"})
    void aForeignCursorIsRefused(String cursor) {
        RequestFailure failure = failure("resources/list", Map.of("cursor", cursor));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
        assertThat(failure).hasMessageContaining("nextCursor");
    }

    @Test
    void whatBelongsToAnotherIsNotThere() throws Exception {
        Context context = belongings.addContext(1, "notes", 10, Map.of("a.txt", "text"));
        belongings.addTask(1, 5);
        assertThat(features.answer("resources/list", null, "eve").path("resources"))
                .isEmpty();
        for (String uri : List.of(
                "rlm://contexts/" + context.id(),
                "rlm://contexts/" + context.id() + "/documents/a.txt",
                "rlm://tasks/" + TestBelongings.taskId(1),
                "rlm://tasks/" + TestBelongings.taskId(1) + "/trajectory")) {
            ObjectNode params = MAPPER.createObjectNode().put("uri", uri);
            RequestFailure failure =
                    catchThrowableOfType(RequestFailure.class, () -> features.answer("resources/read", params, "eve"));
            assertThat(failure.reason()).isEqualTo(Reason.RESOURCE_NOT_FOUND);
            assertThat(read(uri)).isNotEmpty();
        }
    }

    @Test
    void aLongTextIsReadOnAsItsPartsSay() throws Exception {
        String text =
                IntStream.range(0, 30_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        Context context = belongings.addContext(1, "notes", 10, Map.of("a b/ü.txt", text));
        StringBuilder whole = new StringBuilder();
        String uri = "rlm://contexts/" + context.id() + "/documents/a%20b/%C3%BC.txt";
        int parts = 0;
        while (uri != null) {
            JsonNode contents = read(uri);
            assertThat(contents.path(0).path("uri").textValue()).isEqualTo(uri);
            assertThat(contents.path(0).path("mimeType").textValue()).isEqualTo("text/plain");
            assertThat(contents.path(0).path("text").textValue()).hasSizeLessThanOrEqualTo(100_000);
            whole.append(contents.path(0).path("text").textValue());
            uri = contents.path(1).path("uri").textValue();
            assertThat(uri == null || contents.path(1).path("text").textValue().endsWith(uri))
                    .isTrue();
            parts++;
        }
        assertThat(whole).hasToString(text);
        assertThat(parts).isEqualTo(1 + text.length() / 100_000);
    }

    @Test
    void anImageIsABlobOfItsType() throws Exception {
        Document image = new Document("x.png", "00", 5, 0, 0, "image/png");
        belongings.addContext(1, "hidden", 1, Map.of("x.png", "bytes"));
        belongings.contexts.clear();
        Context context = belongings.add(new Context(
                TestBelongings.contextId(1),
                TestBelongings.CALLER,
                "i",
                Instant.EPOCH,
                List.of(image),
                0,
                0,
                "",
                List.of()));
        JsonNode content =
                read("rlm://contexts/" + context.id() + "/documents/x.png").path(0);
        assertThat(content.path("mimeType").textValue()).isEqualTo("image/png");
        assertThat(Base64.getDecoder().decode(content.path("blob").textValue()))
                .asString()
                .isEqualTo("bytes");
    }

    @Test
    void aDocumentThatIsNotThereIsNotFound() {
        Context context = belongings.addContext(1, "notes", 10, Map.of("a.txt", "text"));
        String base = "rlm://contexts/" + context.id() + "/documents/";
        assertThat(failure("resources/read", Map.of("uri", base + "../../etc/passwd")))
                .hasMessageContaining("has no document '../../etc/passwd'")
                .extracting(RequestFailure::reason)
                .isEqualTo(Reason.RESOURCE_NOT_FOUND);
        assertThat(failure("resources/read", Map.of("uri", base + "a.txt?offset=5"))
                        .reason())
                .isEqualTo(Reason.INVALID_PARAMS);
    }

    @Test
    void aTrajectoryIsReadOnUntilItsLastEvent() throws Exception {
        String id = belongings.addTask(1, 5).id();
        for (int i = 1; i <= 1_203; i++) {
            belongings.journal(TestBelongings.CALLER, id).record(new CellStarted(1, i, "x = " + i));
        }
        List<Integer> numbers = new ArrayList<>();
        String uri = "rlm://tasks/" + id + "/trajectory";
        int parts = 0;
        while (uri != null) {
            JsonNode contents = read(uri);
            assertThat(contents.path(0).path("mimeType").textValue()).isEqualTo("application/jsonl");
            for (String line : contents.path(0).path("text").textValue().lines().toList()) {
                numbers.add(MAPPER.readTree(line).path("number").intValue());
            }
            uri = contents.path(1).path("uri").textValue();
            parts++;
        }
        assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 1_203).boxed().toList());
        assertThat(parts).isEqualTo(3);
    }

    @Test
    void longTextsOfATrajectoryAreCutAndSaySo() throws Exception {
        String id = belongings.addTask(1, 5).id();
        String code = "x".repeat(3_999) + "😀" + "y".repeat(5_000);
        for (int i = 1; i <= 120; i++) {
            belongings.journal(TestBelongings.CALLER, id).record(new CellStarted(1, i, code));
        }
        JsonNode contents = read("rlm://tasks/" + id + "/trajectory");
        String text = contents.path(0).path("text").textValue();
        assertThat(text.length()).isBetween(200_000, 205_000);
        assertThat(MAPPER.readTree(text.split("\n", 2)[0]).path("code").textValue())
                .isEqualTo("x".repeat(3_999) + "… (5002 more characters)");
        assertThat(contents.path(1).path("text").textValue()).contains("up to number 49");
    }

    @Test
    void templatesCoverEveryKindOfResource() throws Exception {
        JsonNode templates = ask("resources/templates/list", Map.of()).path("resourceTemplates");
        for (JsonNode template : templates) {
            String uri = template.path("uriTemplate")
                    .textValue()
                    .replace("{context_id}", "ctx_a")
                    .replace("{task_id}", "task_a")
                    .replace("{name}", "a%2Fb.txt")
                    .replace("{offset}", "7")
                    .replace("{number}", "7");
            assertThat(uri).doesNotContain("{");
            assertThat(ResourceUri.parse(uri).toString()).isEqualTo(uri.replace("%2F", "/"));
            assertThat(template.path("description").textValue()).hasSizeBetween(40, 400);
        }
        assertThat(templates).hasSize(6);
        assertThat(failure("resources/templates/list", Map.of("cursor", "x")).reason())
                .isEqualTo(Reason.INVALID_PARAMS);
    }

    private static List<String> uris(JsonNode page) {
        List<String> uris = new ArrayList<>();
        page.path("resources").forEach(it -> uris.add(it.path("uri").textValue()));
        return uris;
    }

    private JsonNode read(String uri) throws RequestFailure {
        return ask("resources/read", Map.of("uri", uri)).path("contents");
    }

    private JsonNode ask(String method, Map<String, Object> params) throws RequestFailure {
        return features.answer(method, MAPPER.valueToTree(params), TestBelongings.CALLER);
    }

    private RequestFailure failure(String method, Map<String, Object> params) {
        RequestFailure failure = catchThrowableOfType(RequestFailure.class, () -> ask(method, params));
        assertThat(failure).isNotNull();
        return failure;
    }
}
