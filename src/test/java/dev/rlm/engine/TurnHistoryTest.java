package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.failed;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The turns so far, as the code reads them. */
final class TurnHistoryTest {

    private final LongRun run = new LongRun();
    private Outcome seen;

    private ScriptedModel prepared() {
        run.repl
                .on("look", printed("x"))
                .on("fail", failed(Status.ERROR, "NameError: y"))
                .on("history", calls -> {
                    seen = calls.history();
                    return printed("read");
                })
                .on("end", ended("7"));
        return new ScriptedModel(
                "test:root",
                (call, request) -> ScriptedModel.text(List.of(
                                "First I look.\n```repl\nlook\n```\n```repl\nfail\n```",
                                "Hm.",
                                "```repl\nlook\n```\n```repl\nhistory\n```",
                                "```repl\nend\n```")
                        .get(request.messages().size() / 2)));
    }

    private JsonNode turns() throws Exception {
        return new ObjectMapper().readTree(((Outcome.Reply) seen).text());
    }

    @Test
    void itHasWhatWasWrittenAndWhatTheCellsDidOfAllTurnsBefore() throws Exception {
        run.answer(prepared());
        assertThat(turns()).hasSize(2);
        JsonNode first = turns().get(0);
        assertThat(first.path("turn").intValue()).isEqualTo(1);
        assertThat(first.path("written").textValue()).startsWith("First I look.");
        assertThat(first.path("cells").get(0).path("code").textValue()).isEqualTo("look\n");
        assertThat(first.path("cells").get(0).path("output").textValue()).isEqualTo("x");
        assertThat(first.path("cells").get(1).path("output").textValue()).isEqualTo("NameError: y");
        assertThat(turns().get(1).path("written").textValue()).isEqualTo("Hm.");
        assertThat(turns().get(1).path("cells")).isEmpty();
    }

    @Test
    void aRunThatIsCutOffAnywhereReadsTheSame() throws Exception {
        ScriptedModel root = prepared();
        Answer whole = run.answer(root);
        Outcome before = seen;
        List<Entry> entries = run.journal.entriesAfter(0);
        for (int kept = 0; kept <= entries.size(); kept++) {
            run.cut(entries, kept);
            seen = before;
            assertThat(run.answer(root)).isEqualTo(whole);
            assertThat(seen).as("after %d entries", kept).isEqualTo(before);
        }
    }

    @Test
    void aReplThatIsBuiltAgainReadsTheSame() throws Exception {
        run.answer(prepared());
        List<PastCell> cells = RunHistory.of(run.journal, 20_000, 0).cells();
        assertThat(cells.get(3).replies().get(PastCell.history())).isEqualTo(seen);
        assertThat(cells.getFirst().replies()).isEmpty();
    }
}
