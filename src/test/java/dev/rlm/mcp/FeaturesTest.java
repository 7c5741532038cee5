package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.journal.StoreUnavailableException;
import dev.rlm.mcp.RequestFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FeaturesTest {

    private final TestBelongings belongings = new TestBelongings();
    private final Features features = new Features(belongings);

    @Test
    void otherMethodsAreNotTheirs() {
        assertThat(Features.have("resources/list")).isTrue();
        assertThat(Features.have("tools/list")).isFalse();
        assertThat(Features.have("resources/subscribe")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resources/list",
                "resources/read",
                "resources/templates/list",
                "prompts/list",
                "prompts/get",
                "completion/complete"
            })
    void parametersThatAreNoObjectAreRefused(String method) throws Exception {
        for (String params : new String[] {"[]", "7", "\"x\"", "true"}) {
            RequestFailure failure = failure(method, new ObjectMapper().readTree(params));
            assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
            assertThat(failure).hasMessage("The params of " + method + " must be an object.");
        }
    }

    @Test
    void parametersMayBeLeftOutWhereNoneAreNeeded() throws Exception {
        for (String method : new String[] {"resources/list", "resources/templates/list", "prompts/list"}) {
            assertThat(features.answer(method, null, TestBelongings.CALLER))
                    .isEqualTo(features.answer(method, new ObjectMapper().readTree("{}"), TestBelongings.CALLER));
        }
    }

    @Test
    void membersThatAreNotKnownArePassedOver() throws Exception {
        assertThat(features.answer(
                                "resources/list",
                                new ObjectMapper().readTree("{\"_meta\": {\"progressToken\": 1}, \"new\": []}"),
                                TestBelongings.CALLER)
                        .path("resources"))
                .isEmpty();
    }

    @Test
    void anErrorOfTheProgramTellsNothingOfItself() {
        belongings.failure = new IllegalStateException("password=hunter2");
        RequestFailure failure = failure("resources/list", null);
        assertThat(failure.reason()).isEqualTo(Reason.INTERNAL);
        assertThat(failure)
                .hasMessage("resources/list failed with an error of the program; the server's log has the details.");
    }

    @Test
    void aStoreThatIsAwayIsWorthAnotherTry() {
        belongings.failure = new StoreUnavailableException("jdbc:postgresql://db/rlm", null);
        RequestFailure failure = failure("resources/list", null);
        assertThat(failure.reason()).isEqualTo(Reason.INTERNAL);
        assertThat(failure).hasMessage("The store of tasks cannot be reached just now; ask again in a moment.");
    }

    private RequestFailure failure(String method, JsonNode params) {
        RequestFailure failure = catchThrowableOfType(
                RequestFailure.class, () -> features.answer(method, params, TestBelongings.CALLER));
        assertThat(failure).isNotNull();
        return failure;
    }
}
