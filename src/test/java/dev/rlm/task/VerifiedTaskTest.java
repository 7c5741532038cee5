package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers whose claims are checked. */
final class VerifiedTaskTest {

    @TempDir
    Path folder;

    private String firstCell = "cite";
    private String verdict = "{\"verdict\":\"contradicted\",\"reason\":\"The passage says 4711.\"}";
    private final ScriptedModel root = new ScriptedModel(
            "test:root",
            (call, request) -> ScriptedModel.text("```repl\n"
                    + (request.messages().size() == 1 ? firstCell : "end The port is 4712 [a.txt:1].") + "\n```"));
    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> {
        if (verdict.isEmpty()) {
            throw new ModelException(ModelException.Kind.REFUSED, "It was refused.");
        }
        return ScriptedModel.text(verdict);
    });
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

    private static TaskRequest request() {
        return new TaskRequest("What is the port?", List.of("ctx_a"), null, null, Limits.DEFAULTS)
                .withVerification(true);
    }

    private TaskStatus ended(TaskRequest request) throws Exception {
        return replica.tasks
                .awaitEnd(replica.tasks.submit(request).id(), Duration.ofMinutes(3))
                .orElseThrow();
    }

    @Test
    void aClaimThatItsPassageContradictsIsInTheResult() throws Exception {
        TaskStatus status = ended(request());
        assertThat(status.state()).isEqualTo(TaskState.ANSWERED);
        JsonNode report = TaskReport.whole(status);
        JsonNode verification = report.path("verification");
        assertThat(verification.path("contradicted").asInt()).isEqualTo(1);
        assertThat(verification.path("note").asText()).startsWith("Of 1 cited passages, 0 support");
        assertThat(verification.at("/claims/0/claim").asText()).isEqualTo("The port is 4712 [a.txt:1].");
        assertThat(verification.at("/claims/0/reason").asText()).isEqualTo("The passage says 4711.");
        assertThat(report.path("next").asText()).startsWith("Use the answer with care");
        assertThat(status.spending().subCalls()).as("a check is a sub-call").isEqualTo(1);
        String prompt = ((Message.User) sub.requests.getFirst().messages().getFirst()).text();
        assertThat(prompt)
                .contains("<claim>\nThe port is 4712 [a.txt:1].\n</claim>")
                .contains("It begins. The port is 4711.")
                .contains("What is the port?");
        assertThat(((Message.User) root.requests.getFirst().messages().getFirst()).text())
                .as("the root model knows what is going to be checked")
                .contains("will be checked against what you cite");
        assertThat(status.route().reason()).contains("is to be verified");
    }

    @Test
    void aSupportedClaimNeedsNoNote() throws Exception {
        verdict = "{\"verdict\":\"supported\",\"reason\":\"It says so.\"}";
        JsonNode verification = TaskReport.whole(ended(request())).path("verification");
        assertThat(verification.path("supported").asInt()).isEqualTo(1);
        assertThat(verification.path("note").isNull()).isTrue();
    }

    @Test
    void aVerdictThatCannotBeHadLeavesTheClaimUnchecked() throws Exception {
        for (String reply : List.of("", "Perhaps.")) {
            verdict = reply;
            TaskStatus status = ended(request());
            assertThat(status.state()).isEqualTo(TaskState.ANSWERED);
            JsonNode verification = TaskReport.whole(status).path("verification");
            assertThat(verification.path("unchecked").asInt()).isEqualTo(1);
            assertThat(verification.at("/claims/0/reason").asText()).isNotBlank();
        }
    }

    @Test
    void withoutSubCallsLeftNothingIsChecked() throws Exception {
        TaskStatus status = ended(new TaskRequest(
                        "What is the port?", List.of("ctx_a"), null, null, new Limits(null, 0, null, null, null, null))
                .withVerification(true));
        assertThat(TaskReport.whole(status).at("/verification/claims/0/reason").asText())
                .contains("limit of 0 sub-calls");
        assertThat(sub.requests).isEmpty();
    }

    @Test
    void anAnswerThatCitesNothingSaysSo() throws Exception {
        firstCell = "end 4711";
        assertThat(TaskReport.whole(ended(request())).at("/verification/note").asText())
                .isEqualTo("The answer cites nothing, so none of its claims could be checked.");
    }

    @Test
    void whatWasNotToBeCheckedHasNoVerification() throws Exception {
        TaskStatus status = ended(request().withVerification(false).withRoute("rlm"));
        assertThat(TaskReport.whole(status).path("verification").isNull()).isTrue();
        assertThat(sub.requests).isEmpty();
    }

    @Test
    void aDirectAnswerCannotBeVerified() {
        assertThatThrownBy(() -> replica.tasks.submit(request().withRoute("direct")))
                .isInstanceOf(TaskException.class)
                .hasMessageStartingWith("A direct answer cites nothing");
    }
}
