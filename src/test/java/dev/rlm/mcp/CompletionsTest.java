package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.mcp.RequestFailure.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CompletionsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, String> PROMPT = Map.of("type", "ref/prompt", "name", "compare-documents");
    private static final Map<String, String> DOCUMENT =
            Map.of("type", "ref/resource", "uri", "rlm://contexts/{context_id}/documents/{name}");
    private static final Map<String, String> TASK = Map.of("type", "ref/resource", "uri", "rlm://tasks/{task_id}");

    private final TestBelongings belongings = new TestBelongings();
    private final Features features = new Features(belongings);

    @Test
    void aPromptsContextIsCompletedByNameWhateverItsCaseAndByIdOnceOneIsTyped() throws Exception {
        belongings.addContext(1, "Notes", 10, Map.of());
        belongings.addContext(2, "nothing", 20, Map.of());
        belongings.addContext(3, "code", 30, Map.of());
        belongings.addContext(4, "code", 40, Map.of());
        assertThat(values(PROMPT, "context", "no", Map.of())).containsExactly("nothing", "Notes");
        assertThat(values(PROMPT, "context", "", Map.of())).containsExactly("code", "nothing", "Notes");
        assertThat(values(PROMPT, "context", "ctx_", Map.of())).hasSize(4).startsWith(TestBelongings.contextId(4));
        assertThat(values(PROMPT, "context", "x", Map.of())).isEmpty();
    }

    @Test
    void aTemplatesContextIsAnIdFoundByIdOrName() throws Exception {
        belongings.addContext(1, "Notes", 10, Map.of());
        belongings.addContext(2, "code", 20, Map.of());
        assertThat(values(DOCUMENT, "context_id", "not", Map.of())).containsExactly(TestBelongings.contextId(1));
        assertThat(values(DOCUMENT, "context_id", TestBelongings.contextId(2), Map.of()))
                .containsExactly(TestBelongings.contextId(2));
        assertThat(values(DOCUMENT, "context_id", "", Map.of())).hasSize(2);
    }

    @Test
    void aDocumentIsCompletedOnceItsContextIsChosen() throws Exception {
        belongings.addContext(1, "notes", 10, Map.of("src/a.txt", "a", "src/b.txt", "b", "README", "c"));
        String id = TestBelongings.contextId(1);
        assertThat(values(DOCUMENT, "name", "src/", Map.of("context_id", id)))
                .containsExactlyInAnyOrder("src/a.txt", "src/b.txt");
        assertThat(values(DOCUMENT, "name", "src/", Map.of())).isEmpty();
        assertThat(values(DOCUMENT, "name", "", Map.of("context_id", "ctx_other")))
                .isEmpty();
        assertThat(values(PROMPT, "documents", "read", Map.of("context", "notes")))
                .containsExactly("README");
        assertThat(values(PROMPT, "documents", "read", Map.of("context", id))).containsExactly("README");
        assertThat(values(PROMPT, "aspects", "read", Map.of("context", id))).isEmpty();
    }

    @Test
    void aHundredValuesAreGivenAndTheRestIsCounted() throws Exception {
        belongings.addContext(
                1, "notes", 10, IntStream.range(0, 250).boxed().collect(Collectors.toMap(i -> "d" + i, i -> "text")));
        JsonNode many = complete(DOCUMENT, "name", "d", Map.of("context_id", TestBelongings.contextId(1)));
        assertThat(many.path("values")).hasSize(100);
        assertThat(many.path("total").intValue()).isEqualTo(250);
        assertThat(many.path("hasMore").booleanValue()).isTrue();
        JsonNode few = complete(DOCUMENT, "name", "d24", Map.of("context_id", TestBelongings.contextId(1)));
        assertThat(few.path("values")).hasSize(11);
        assertThat(few.path("total").intValue()).isEqualTo(11);
        assertThat(few.path("hasMore").booleanValue()).isFalse();
    }

    @Test
    void ofTooManyTasksTheLatestAreLookedAt() throws Exception {
        for (int i = 0; i < 1_001; i++) {
            belongings.addTask(i, i);
        }
        JsonNode found = complete(TASK, "task_id", "task_", Map.of());
        assertThat(found.path("values").path(0).textValue()).isEqualTo(TestBelongings.taskId(1_000));
        assertThat(found.has("total")).isFalse();
        assertThat(found.path("hasMore").booleanValue()).isTrue();
    }

    @Test
    void anothersThingsAreNotOffered() throws Exception {
        belongings.addContext(1, "notes", 10, Map.of("a", "b"));
        belongings.addTask(1, 5);
        for (Map<String, String> reference : List.of(DOCUMENT, TASK)) {
            String argument = reference.equals(TASK) ? "task_id" : "context_id";
            JsonNode params = params(reference, argument, "", Map.of());
            assertThat(features.answer("completion/complete", params, "eve").at("/completion/values"))
                    .isEmpty();
        }
    }

    @Test
    void whatCannotBeCompletedIsSaid() {
        assertThat(failure(Map.of())).hasMessageContaining("`ref`, an object");
        assertThat(failure(Map.of("ref", "x"))).hasMessageContaining("`ref`, an object");
        assertThat(failure(Map.of("ref", PROMPT))).hasMessageContaining("`argument`, an object");
        assertThat(failure(Map.of("ref", PROMPT, "argument", Map.of("name", "context"))))
                .hasMessageContaining("`value`, a text");
        assertThat(failure(Map.of("ref", PROMPT, "argument", Map.of("name", "what", "value", ""))))
                .hasMessageContaining("it has context, documents, aspects");
        assertThat(failure(Map.of("ref", Map.of("type", "ref/tool"), "argument", Map.of("name", "a", "value", ""))))
                .hasMessageContaining("ref/prompt or ref/resource");
        assertThat(failure(Map.of(
                        "ref",
                        Map.of("type", "ref/resource", "uri", "file:///{x}"),
                        "argument",
                        Map.of("name", "x", "value", ""))))
                .hasMessageContaining("no resource template 'file:///{x}'");
        assertThat(failure(Map.of("ref", TASK, "argument", Map.of("name", "task", "value", ""))))
                .hasMessageContaining("has no variable 'task'");
        assertThat(failure(Map.of("ref", TASK, "argument", Map.of("name", "task_id", "value", ""), "context", 7)))
                .hasMessageContaining("`context` of completion/complete must be an object");
    }

    private List<String> values(Map<String, String> reference, String argument, String typed, Map<String, String> known)
            throws RequestFailure {
        List<String> values = new ArrayList<>();
        complete(reference, argument, typed, known).path("values").forEach(it -> values.add(it.textValue()));
        return values;
    }

    private JsonNode complete(Map<String, String> reference, String argument, String typed, Map<String, String> known)
            throws RequestFailure {
        return features.answer("completion/complete", params(reference, argument, typed, known), TestBelongings.CALLER)
                .path("completion");
    }

    private static JsonNode params(
            Map<String, String> reference, String argument, String typed, Map<String, String> known) {
        return MAPPER.valueToTree(Map.of(
                "ref", reference,
                "argument", Map.of("name", argument, "value", typed),
                "context", Map.of("arguments", known)));
    }

    private RequestFailure failure(Map<String, Object> params) {
        RequestFailure failure = catchThrowableOfType(
                RequestFailure.class,
                () -> features.answer("completion/complete", MAPPER.valueToTree(params), TestBelongings.CALLER));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
        return failure;
    }
}
