package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.access.CallRates;
import dev.rlm.access.Caller;
import dev.rlm.access.RateLimit;
import dev.rlm.access.Scope;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tools check what a caller may do, and how often, by whatever door it comes. */
final class ToolScopesTest {

    private static final String CONTEXT = "\"ctx_" + "a".repeat(26) + "\"";
    private static final String ASK = "{\"question\": \"Which?\", \"context_ids\": [" + CONTEXT + "]}";

    /** Tools behind which nothing is: a call that gets through fails otherwise than one that is refused. */
    private final Tools tools = new Tools(
            () -> {
                throw new Reached();
            },
            () -> {
                throw new Reached();
            },
            new CallRates(limit(100), limit(1), limit(2)),
            new ResourceListChanges());

    private static final class Reached extends IllegalStateException {}

    private static RateLimit limit(int perMinute) {
        return new RateLimit(perMinute, () -> 0);
    }

    private record Of(Caller who) implements RlmTool.Caller {
        @Override
        public void progress(long progress, String message) {}

        @Override
        public boolean hasCancelled() {
            return false;
        }
    }

    private String text(String tool, String arguments, Scope... scopes) throws Exception {
        JsonNode json = new ObjectMapper().readTree(arguments);
        Tools.Result result = tools.call(tool, json, new Of(new Caller("key:ci", Set.of(scopes))));
        assertThat(result.isError()).isTrue();
        return result.text();
    }

    @Test
    void whichToolNeedsWhichScopeIsToldByItsDefinition() {
        Map<String, Scope> needed = new TreeMap<>();
        tools.definitions().stream()
                .filter(tool -> tool.scope() != null)
                .forEach(tool -> needed.put(tool.name(), tool.scope()));
        assertThat(needed)
                .isEqualTo(Map.of(
                        "rlm_ask", Scope.ASK,
                        "rlm_cancel", Scope.ASK,
                        "rlm_load_context", Scope.LOAD,
                        "rlm_delete_context", Scope.LOAD));
    }

    @Test
    void aCallWithoutItsScopeIsRefusedAndNamesIt() throws Exception {
        assertThat(text("rlm_ask", ASK, Scope.LOAD, Scope.ADMIN))
                .isEqualTo(
                        "Your credential does not have the scope rlm:ask, which rlm_ask needs: tell the user, who can ask"
                                + " the operator of the server for it.");
        assertThat(text("rlm_delete_context", "{\"context_id\": " + CONTEXT + "}", Scope.ASK, Scope.ADMIN))
                .contains("the scope rlm:load, which rlm_delete_context needs");
        assertThat(text("rlm_ask", ASK, Scope.ASK)).contains("failed with an error of the program");
    }

    @Test
    void whoAsksTooOftenIsToldHowLongToWait() throws Exception {
        assertThat(text("rlm_ask", ASK, Scope.ASK)).contains("failed with an error of the program");
        assertThat(text("rlm_ask", ASK, Scope.ASK)).contains("failed with an error of the program");
        assertThat(text("rlm_ask", ASK, Scope.ASK)).isEqualTo("rlm_ask was called too often: call it again in 30 s.");
        assertThat(text("rlm_load_context", "{\"text\": \"a\"}", Scope.LOAD)).contains("error of the program");
        assertThat(text("rlm_load_context", "{\"text\": \"a\"}", Scope.LOAD))
                .isEqualTo("rlm_load_context was called too often: call it again in 60 s.");
        assertThat(text("rlm_cancel", "{\"task_id\": \"task_" + "a".repeat(26) + "\"}", Scope.ASK))
                .as("what ends spending is not counted")
                .contains("error of the program");
    }
}
