package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rlm.mcp.RequestFailure.Reason;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceUriTest {

    @Test
    void everyFormIsReadAsItIsWritten() throws Exception {
        for (ResourceUri uri : List.of(
                new ResourceUri.OfContext("ctx_a"),
                new ResourceUri.OfDocument("ctx_a", "src/Main.java", 0),
                new ResourceUri.OfDocument("ctx_a", "src/Main.java", 100_000),
                new ResourceUri.OfTask("task_a"),
                new ResourceUri.OfTrajectory("task_a", 0),
                new ResourceUri.OfTrajectory("task_a", 7))) {
            assertThat(ResourceUri.parse(uri.toString())).isEqualTo(uri);
        }
        assertThat(new ResourceUri.OfDocument("ctx_a", "src/Main.java", 0))
                .hasToString("rlm://contexts/ctx_a/documents/src/Main.java");
    }

    @Test
    void anyNameOfADocumentComesThrough() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            String name = random.ints(1 + random.nextInt(20), 1, 0x2_0000)
                    .filter(c -> Character.getType(c) != Character.SURROGATE)
                    .collect(() -> new StringBuilder("x"), StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            ResourceUri uri = new ResourceUri.OfDocument("ctx_a", name, random.nextInt(3));
            assertThat(uri.toString()).matches("[A-Za-z0-9-._~/:?=%]+");
            assertThat(ResourceUri.parse(uri.toString())).isEqualTo(uri);
        }
    }

    @Test
    void slashesMayBeEncodedOrNot() throws Exception {
        assertThat(ResourceUri.parse("rlm://contexts/ctx_a/documents/src%2FMain%20one.java"))
                .isEqualTo(ResourceUri.parse("rlm://contexts/ctx_a/documents/src/Main%20one.java"))
                .isEqualTo(new ResourceUri.OfDocument("ctx_a", "src/Main one.java", 0));
    }

    @Test
    void aPathThatLeadsUpIsANameLikeAnyOther() throws Exception {
        assertThat(ResourceUri.parse("rlm://contexts/ctx_a/documents/../../etc/passwd"))
                .isEqualTo(new ResourceUri.OfDocument("ctx_a", "../../etc/passwd", 0));
        assertThat(ResourceUri.parse("rlm://contexts/ctx_a/documents/%2e%2e%2fetc"))
                .isEqualTo(new ResourceUri.OfDocument("ctx_a", "../etc", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "file:///etc/passwd",
                "http://127.0.0.1:8000/mcp",
                "rlm:",
                "rlm://",
                "rlm://contexts",
                "rlm://contexts/",
                "rlm://contexts/../tasks/x/../../etc",
                "rlm://contexts/ctx_a/",
                "rlm://contexts/ctx_a/documents/",
                "rlm://contexts/ctx_a/documents/a?offset=",
                "rlm://contexts/ctx_a/documents/a?offset=-1",
                "rlm://contexts/ctx_a/documents/a?offset=99999999999999999999",
                "rlm://contexts/ctx_a/documents/a?offset=1&offset=2",
                "rlm://contexts/ctx_a/documents/a#b",
                "rlm://contexts/ctx_a?x",
                "rlm://tasks/task_a/trajectory?after={number}",
                "rlm://tasks/task_a/trajectory/x",
                "rlm://tasks/task_a/../task_b",
                "RLM://tasks/task_a",
                " rlm://tasks/task_a",
                "javascript:alert(1)"
            })
    void whatIsNoneOfOursIsNotFound(String uri) {
        assertThat(failure(uri).reason()).isEqualTo(Reason.RESOURCE_NOT_FOUND);
        assertThat(failure(uri)).hasMessageContaining("resources/templates/list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%zz", "%+1", "a%", "%c3", "%ff%fe", "%c0%af", "%ed%a0%80"})
    void aBrokenEncodingIsSaid(String name) {
        RequestFailure failure = failure("rlm://contexts/ctx_a/documents/" + name);
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
        assertThat(failure).hasMessageContaining("percent-encoded UTF-8");
    }

    @Test
    void aLongUriIsRefusedWithoutBeingRepeated() {
        RequestFailure failure = failure("rlm://contexts/ctx_a/documents/" + "a".repeat(1_000_000));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
        assertThat(failure.getMessage()).contains("16384").hasSizeLessThan(200);
        assertThat(failure("x".repeat(16_000)).getMessage()).hasSizeLessThan(500);
    }

    private static RequestFailure failure(String uri) {
        RequestFailure failure = catchThrowableOfType(RequestFailure.class, () -> ResourceUri.parse(uri));
        assertThat(failure).as(uri).isNotNull();
        return failure;
    }
}
