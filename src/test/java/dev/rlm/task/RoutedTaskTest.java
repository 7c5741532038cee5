package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.model.Message;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of a task, from what is asked to what is told about it. */
final class RoutedTaskTest {

    private static final String LOOK_UP = "What is the port?";

    @TempDir
    Path folder;

    private String direct = "4711";
    private final ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
        boolean reads = ((Message.User) request.messages().getFirst()).text().contains("The port is 4711.");
        return ScriptedModel.text(reads ? direct : "```repl\nend by code\n```");
    });
    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> ScriptedModel.text("unused"));
    private TestReplica replica;

    @BeforeEach
    void start() {
        replica = new TestReplica(folder.resolve("tasks.db"), "replica", Settings.DEFAULTS, new TestClock(), root, sub);
        replica.service.start();
    }

    @AfterEach
    void end() {
        replica.close();
    }

    private static TaskRequest request(String question) {
        return new TaskRequest(question, List.of("ctx_a"), null, null, Limits.DEFAULTS);
    }

    private TaskStatus ended(TaskRequest request) throws Exception {
        String id = replica.tasks.submit(request).id();
        return await().atMost(Duration.ofMinutes(3))
                .until(
                        () -> replica.tasks.status(id).orElseThrow(),
                        status -> status.state().ended());
    }

    @Test
    void aLookUpInASmallContextTakesOneCallAndSaysSo() throws Exception {
        TaskStatus status = ended(request(LOOK_UP));
        assertThat(status.result().text()).isEqualTo("4711");
        assertThat(root.requests).hasSize(1);
        assertThat(status.spending().turns()).isEqualTo(1);
        assertThat(TaskReport.whole(status).path("route").path("kind").asText()).isEqualTo("direct");
        assertThat(TaskReport.whole(status).path("route").path("reason").asText())
                .contains("looks something up");
        assertThat(TaskReport.whole(status)
                        .path("coverage")
                        .path("seen_by_root")
                        .asDouble())
                .isEqualTo(1);
    }

    @Test
    void whatOneCallDoesNotFindCodeLooksFor() throws Exception {
        direct = "CANNOT ANSWER";
        TaskStatus status = ended(request(LOOK_UP));
        assertThat(status.result().text()).isEqualTo("by code");
        assertThat(status.spending().turns()).isEqualTo(2);
    }

    @Test
    void whatTakesAllOfTheContextIsAnsweredByCode() throws Exception {
        TaskStatus status = ended(request("How many ports are there?"));
        assertThat(status.result().text()).isEqualTo("by code");
        assertThat(root.requests).hasSize(1);
        assertThat(status.route().route()).isEqualTo("rlm");
    }

    @Test
    void theCallersChoiceHolds() throws Exception {
        assertThat(ended(request(LOOK_UP).withRoute("rlm")).result().text()).isEqualTo("by code");
        assertThat(ended(request("How many?").withRoute("direct")).result().text())
                .isEqualTo("4711");
    }

    @Test
    void anUnknownWayIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> replica.tasks.submit(request(LOOK_UP).withRoute("best")))
                .isInstanceOf(TaskException.class)
                .hasMessage("The route must be auto, direct or rlm, not 'best'.");
    }

    @Test
    void whoWantsOneCallAndNoCodeGetsNoCode() throws Exception {
        direct = "CANNOT ANSWER";
        TaskStatus status = ended(request(LOOK_UP).withRoute("direct"));
        assertThat(status.state()).isEqualTo(TaskState.FAILED);
        assertThat(status.result().reason()).contains("found no answer");
        assertThat(root.requests).hasSize(1);
    }
}
