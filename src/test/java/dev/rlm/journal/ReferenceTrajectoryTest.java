package dev.rlm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.TestClock;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.CellTraces;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.TurnStarted;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferenceTrajectoryTest {

    private static final CellTraces TRACES = new CellTraces("", "", List.of(), List.of(), List.of(), null);

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);

    private List<JsonNode> lines() throws Exception {
        StringWriter text = new StringWriter();
        ReferenceTrajectory.write(
                journal.entriesAfter(0),
                sha256 -> sha256.equals("aa") ? Optional.of("the whole prompt") : Optional.empty(),
                text);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void aRunHasALineAboutItselfAndOneForEachTurn() throws Exception {
        journal.record(Events.SUBMITTED);
        journal.record(new Started(clock.instant(), 1));
        journal.record(new TurnStarted(1, "Turn 1 of 30"));
        journal.record(new RootReplied(1, "I look.", List.of(), false, Events.COST));
        journal.record(new CellStarted(1, 1, "look()"));
        journal.record(new SubCallEnded(1, "the", 16, "aa", "yes", null, Events.COST));
        journal.record(new SubCallEnded(1, "short", 5, "bb", null, "Too late.", null));
        journal.record(new CellEnded(1, 1, "ERROR", "seen", 4, "E: x", null, Duration.ofMillis(1500), TRACES));
        clock.advance(Duration.ofMillis(2500));
        journal.record(new TurnStarted(2, "Turn 2 of 30"));
        journal.record(new RootReplied(2, "Done.", List.of(), false, Events.COST));
        journal.record(new Finished("answered", "7", "7", "x", null));

        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).path("type").textValue()).isEqualTo("metadata");
        assertThat(lines.get(0).path("root_model").textValue()).isEqualTo("test:root");
        assertThat(lines.get(0).path("max_iterations").intValue()).isEqualTo(30);

        JsonNode first = lines.get(1);
        assertThat(first.path("iteration").intValue()).isEqualTo(1);
        assertThat(first.at("/prompt/0/role").textValue()).isEqualTo("user");
        assertThat(first.at("/prompt/0/content").textValue()).contains("How many?", "Turn 1 of 30");
        assertThat(first.path("response").textValue()).isEqualTo("I look.");
        assertThat(first.path("iteration_time").doubleValue()).isEqualTo(2.5);
        assertThat(first.path("final_answer").isNull()).isTrue();
        assertThat(first.path("code_blocks")).hasSize(1);
        assertThat(first.at("/code_blocks/0/code").textValue()).isEqualTo("look()");
        JsonNode result = first.at("/code_blocks/0/result");
        assertThat(result.path("stdout").textValue()).isEqualTo("seen");
        assertThat(result.path("stderr").textValue()).isEqualTo("E: x");
        assertThat(result.path("execution_time").doubleValue()).isEqualTo(1.5);
        assertThat(result.path("locals").isObject()).isTrue();
        assertThat(result.at("/rlm_calls/0/prompt").textValue()).isEqualTo("the whole prompt");
        assertThat(result.at("/rlm_calls/0/response").textValue()).isEqualTo("yes");
        assertThat(result.at("/rlm_calls/0/prompt_tokens").intValue()).isEqualTo(10);
        assertThat(result.at("/rlm_calls/1/prompt").textValue()).isEqualTo("short");
        assertThat(result.at("/rlm_calls/1/error").textValue()).isEqualTo("Too late.");

        JsonNode second = lines.get(2);
        assertThat(second.at("/prompt/0/content").textValue()).startsWith("seen");
        assertThat(second.path("code_blocks").isEmpty()).isTrue();
        assertThat(second.path("final_answer").textValue()).isEqualTo("7");
    }

    @Test
    void aRunThatHasNotBegunHasOneLine() throws Exception {
        journal.record(Events.SUBMITTED);
        assertThat(lines()).hasSize(1);
    }
}
