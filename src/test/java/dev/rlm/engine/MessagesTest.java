package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.schema.JsonSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What models are told besides the system prompt, from the opening to the last call. It stands in one file beside the
 * rendered system prompts, to the letter: runs are resumed with it, and providers find it in their prompt caches.
 * {@code -Drlm.golden.update} writes it anew.
 */
final class MessagesTest {

    private static final Path GOLDEN = Path.of("src/test/resources/dev/rlm/engine/prompts/messages.md");
    private static final String UPDATE = "rlm.golden.update";

    private static final String QUESTION = "Which ports are open?";
    private static final Budget BUDGET = new Budget(2, 5, null, Duration.ofMinutes(10));
    private static final CallCost COST = new CallCost("test:root", 1, 1, 0, null, Duration.ZERO, null);

    private final TestClock clock = new TestClock();
    private final Map<String, String> messages = new LinkedHashMap<>();

    @Test
    void theMessagesAreTheOnesThatWereReviewed() throws Exception {
        openings();
        turns();
        refusals();
        compaction();
        lastCall();
        verification();
        StringBuilder all = new StringBuilder();
        messages.forEach((name, text) ->
                all.append("==== ").append(name).append(" ====\n").append(text).append('\n'));
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(GOLDEN, all);
        }
        assertThat(all.toString())
                .as("If the change is meant, run this test with -D" + UPDATE + " and review the difference.")
                .isEqualTo(Files.readString(GOLDEN));
    }

    private void openings() throws Exception {
        JsonSchema schema = schema();
        messages.put("opening", Briefing.opening(question(null, Session.NONE, false, text("notes/{{a}}.txt"))));
        messages.put(
                "opening with schema, verification, images and many documents",
                Briefing.opening(question(schema, Session.NONE, true, manyDocuments())));
        messages.put(
                "opening of a child",
                Briefing.opening(new ChildQuestion(
                        QUESTION,
                        new ChildContext.Texts(List.of(new ChildContext.Text("part 1", "port 80"))),
                        new ContextFacts(7, 1, List.of(new DocumentFacts("part 1", 7, 1)), "port 80"),
                        schema.json())));
        Session.Earlier answered = earlier(new Finished("answered", "80 and $1\\2 {{x}}", "\"80\"", "final", null));
        Session.Earlier failed = earlier(new Finished("failed", null, null, null, "The sandbox failed."));
        Question next = question(schema, new Session(List.of(answered, failed)), true, text("a.txt"));
        messages.put("follow-up", Briefing.followUp(answered, next));
        messages.put("follow-up of a failure", Briefing.followUp(failed, question(null, next.session(), false)));
        messages.put("follow-up of a question without an end", Briefing.followUp(earlier(null), next));
        messages.put("direct", Briefing.direct(question(null, Session.NONE, false)));
        messages.put("direct with schema, after others", Briefing.direct(next));
    }

    private void turns() {
        Ledger ledger = new Ledger(BUDGET, clock);
        messages.put("turn", Briefing.turn(ledger));
        messages.put("last turn", Briefing.turn(new Ledger(new Budget(1, 5, null, Duration.ofMinutes(10)), clock)));
        messages.put("no code", note("It is 80.", false));
        messages.put("no code, but cut", note("```repl\nprint(", true));
        messages.put("last cell cut", note("```repl\nprint(1)\n```\n```repl\nprint(", true));
        messages.put(
                "tool call not understood",
                CodeOfReply.of(new RootReplied(1, "", List.of(new CodeCall("1", "bash", "{}")), false, COST))
                        .note());
        messages.put("tool", RootModel.PYTHON.description());
        for (Status status : Status.values()) {
            messages.put("cell " + status, cell(3, status, "It printed this.", null));
        }
        messages.put("cell without output", cell(4, Status.OK, "", null));
        messages.put("cell with a refused value", cell(5, Status.OK, "", "It is not taken."));
        messages.put("cell not run", CellOutput.NOT_RUN.text());
    }

    private void refusals() throws Exception {
        FinalCheck check = new FinalCheck(schema());
        FinalValue wrong = new FinalValue("x", "\"x\"");
        messages.put("final value refused", check.rejection(wrong).orElseThrow());
        messages.put(
                "published value refused", check.rejectionOfPublished(wrong).orElseThrow());
        messages.put("text refused", check.written("It is 80.").rejection().orElseThrow());
        messages.put(
                "sub-call with a schema",
                ReplyForm.of(schema(), role(ScriptedModel.saying("unused"))).instruction());
        messages.put("repair", text(ReplyForm.repair("80", "- It must be an array.")));
    }

    private void compaction() {
        List<Message> turns = List.of(
                new Message.User("[cell 1: done]"),
                new Message.Assistant("I look.", List.of(new ToolCall("1", "python", "{\"code\":\"1\"}"))),
                new Message.ToolResults(List.of(new ToolResult("1", "x".repeat(50), false)), "Turn 2"));
        List<Variable> variables = new ArrayList<>(
                List.of(new Variable("ports", "list", 2, "[80,\n 443]"), new Variable("n", "int", -1, "2")));
        messages.put("summary request", Summaries.task("Question:\n" + QUESTION, turns, 30));
        messages.put("digest", Summaries.digest(turns, 1_000));
        messages.put("variables", Summaries.list(variables));
        IntStream.rangeClosed(1, 60).forEach(i -> variables.add(0, new Variable("v" + i, "int", -1, "0")));
        messages.put("many variables", Summaries.list(variables));
        messages.put("no variables", Summaries.list(List.of()));
        messages.put(
                "summary", Summaries.block(new Compacted(9, 3, 0, "Port 80 is open, 100%.", "- n: int = 2", COST)));
        messages.put("outputs cut", Summaries.block(new Compacted(9, 3, 400, "", "", null)));
    }

    private void lastCall() throws InterruptedException {
        ScriptedModel root = ScriptedModel.saying("VARIABLE: ports");
        var _ = new LastCall(
                        "The opening.\n\n", role(root), clock, new InMemoryJournal(clock), new Ledger(BUDGET, clock))
                .choose("The limit of 2 turns is reached.", List.of(new Variable("ports", "list", 2, "[80, 443]")));
        messages.put("last call", root.lastMessage(1));
    }

    private void verification() throws InterruptedException {
        ScriptedModel sub = ScriptedModel.saying("{\"verdict\":\"supported\",\"reason\":\"It says so.\"}");
        new Verification(
                        role(sub),
                        EngineSettings.DEFAULTS,
                        clock,
                        new InMemoryJournal(clock),
                        new Ledger(BUDGET, clock))
                .verify(
                        question(null, Session.NONE, true),
                        Answer.computed(new FinalValue("80 [a.txt:7]", "\"80 [a.txt:7]\"")),
                        List.of(new Citation("a.txt", 7, 7, "port 80 is open", false)),
                        List.of());
        messages.put("verification", sub.lastMessage(1));
    }

    private static Role role(ScriptedModel model) {
        return new Role(model, ModelDescription.unknown(model.id()));
    }

    private static JsonSchema schema() throws Exception {
        return JsonSchema.parse("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}");
    }

    private static Question question(
            @Nullable JsonSchema schema, Session session, boolean verify, Document... documents) {
        Context context = new Context(
                "ctx_a",
                Context.LOCAL,
                "a",
                Instant.EPOCH,
                List.of(documents),
                12_000L * documents.length,
                3_000L * documents.length,
                "It begins\nlike this",
                List.of());
        return new Question(QUESTION, List.of(context), schema, session, verify);
    }

    private static Document text(String name) {
        return new Document(name, "00", 12_000, 12_000, 70);
    }

    /** Two more than are listed, and one of them an image. */
    private static Document[] manyDocuments() {
        List<Document> documents = new ArrayList<>(List.of(new Document("a\nb.png", "00", 99, 0, 0, "image/png")));
        IntStream.rangeClosed(1, 41).forEach(number -> documents.add(text(number + ".txt")));
        return documents.toArray(Document[]::new);
    }

    private static Session.Earlier earlier(@Nullable Finished end) {
        Options options = new Options(
                "normal",
                1,
                0,
                null,
                null,
                null,
                1_000,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                false,
                "auto",
                0,
                false);
        Submitted asked = new Submitted(
                "Is port 80 open?",
                List.of("ctx_a"),
                "test:root",
                "test:sub",
                1,
                1,
                null,
                Duration.ofMinutes(1),
                options,
                null,
                List.of(),
                false);
        return new Session.Earlier(asked, end == null ? List.of() : List.of(new Entry(1, Instant.EPOCH, null, end)));
    }

    private static String note(String reply, boolean cut) {
        return CodeOfReply.of(new RootReplied(1, reply, List.of(), cut, COST)).note();
    }

    private static String cell(int number, Status status, String output, @Nullable String rejection) {
        return CellOutput.of(number, ScriptedRepl.failed(status, output), Optional.ofNullable(rejection))
                .text();
    }

    private static String text(List<Message> repair) {
        return repair.getLast() instanceof Message.User user ? user.text() : "";
    }
}
