package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A run of the engine in a real sandbox, told in its order: what there is to read, what is asked, which cells the root model
 * writes, turn by turn, and what the sub-model replies. Whoever plays it is {@link Told} what came of it. A story that is
 * played again goes on where its journal ends, which is what {@link #cutAfter} is for.
 */
final class Story {

    /** Replies to a request. */
    interface Voice {
        String reply(ModelRequest request) throws InterruptedException;
    }

    private static final long SEED = 7;
    private static final EngineSettings SETTINGS = EngineSettings.DEFAULTS;

    private final TestClock clock = new TestClock();
    private final Instant started = clock.instant();
    private final String document;
    private final String text;
    private String question = "What?";
    private Budget budget = new Budget(10, 100, null, Duration.ofHours(1));
    private long window = 100_000;
    private ForeignFunctions functions = ForeignFunctions.NONE;
    private String summary = "";
    private Voice root = request -> {
        throw new AssertionError("The story has no root model.");
    };
    private Voice sub = request -> {
        throw new AssertionError("The story has no sub-model, which was asked: " + Told.opening(request));
    };
    private Session session = Session.NONE;
    private Journal journal = new InMemoryJournal(clock);
    private Answer answer;

    private Story(String document, String text) {
        this.document = document;
        this.text = text;
    }

    /** A sandbox for the stories of a test class. */
    static SandboxPool sandbox() {
        SandboxSettings settings = SandboxSettings.defaults();
        return new SandboxPool(
                settings, WorkerCommand.ofThisApplication(settings).with(Compiler.QUICK));
    }

    /** A reply of the root model with one cell. */
    static String turn(String code) {
        return "```repl\n" + code + "\n```";
    }

    /** A story about a document of this name. */
    static Story over(String document, String text) {
        return new Story(document, text);
    }

    Story asking(String asked) {
        question = asked;
        return this;
    }

    Story within(Budget limits) {
        budget = limits;
        return this;
    }

    /** Gives both models a window of so many tokens. */
    Story window(long tokens) {
        window = tokens;
        return this;
    }

    /** Lets the code call functions of others. */
    Story calling(ForeignFunctions foreign) {
        functions = foreign;
        return this;
    }

    /** The root model's cells, one a turn. */
    Story root(String... cells) {
        root = request -> {
            int turn = Told.turn(request);
            if (turn > cells.length) {
                throw new AssertionError("The story has no turn " + turn + ".");
            }
            return turn(cells[turn - 1]);
        };
        return this;
    }

    /** What the root model writes of the turns before when they become too long; nothing, if this is not told. */
    Story summingUp(String words) {
        summary = words;
        return this;
    }

    /** What the sub-model replies to a prompt. */
    Story sub(UnaryOperator<String> reply) {
        sub = request -> reply.apply(Told.opening(request));
        return this;
    }

    /** Who replies to all requests, of the root model and of the sub-model, which is the root model of children. */
    Story models(Voice voice) {
        root = voice;
        sub = voice;
        return this;
    }

    /** Forgets all that was recorded after the first event of this type. */
    Story cutAfter(Class<? extends TaskEvent> type) throws InterruptedException {
        return cutAfter(type::isInstance);
    }

    /** Forgets all that was recorded after the first event like this. */
    Story cutAfter(Predicate<TaskEvent> last) throws InterruptedException {
        List<Entry> entries = journal.entriesAfter(0);
        journal = new InMemoryJournal(clock);
        for (Entry entry : entries) {
            if (entry.key() == null) {
                journal.record(entry.event());
            } else {
                journal.<TaskEvent, RuntimeException>step(entry.key(), TaskEvent.class, entry::event);
            }
            if (last.test(entry.event())) {
                return this;
            }
        }
        throw new AssertionError("The story has no such event.");
    }

    /** Asks what follows up the question so far, with the same REPL and conversation. */
    Story thenAsking(String next) {
        journal.record(new Finished(
                answer.status().name().toLowerCase(Locale.ROOT),
                answer.text(),
                answer.json(),
                answer.origin(),
                answer.reason()));
        List<Session.Earlier> tasks = new ArrayList<>(session.tasks());
        tasks.add(new Session.Earlier(submitted(), journal.entriesAfter(0)));
        session = new Session(tasks);
        journal = new InMemoryJournal(clock);
        return asking(next);
    }

    private Submitted submitted() {
        Options options = new Options(
                "normal",
                budget.inFlight(),
                budget.depth(),
                null,
                null,
                null,
                SETTINGS.outputCharacters(),
                SETTINGS.cellTime(),
                SETTINGS.totalCellTime(),
                SETTINGS.callTime(),
                SETTINGS.toolCalls(),
                "rlm",
                0,
                SETTINGS.retryStragglers());
        return new Submitted(
                question,
                List.of("ctx_a"),
                "test:root",
                "test:sub",
                budget.turns(),
                budget.subCalls(),
                null,
                budget.time(),
                options,
                null,
                List.of(),
                false);
    }

    /** Plays the story in a sandbox, from where its journal ends. */
    Told play(SandboxPool sandbox) throws Exception {
        ScriptedModel rootModel = model("test:root", request -> isTurn(request) ? root.reply(request) : summary);
        ScriptedModel subModel = model("test:sub", sub);
        TaskFunctions offered = TaskFunctions.of(journal, functions);
        RunHistory history = RunHistory.of(session, journal, SETTINGS.outputCharacters(), budget.depth());
        Ledger ledger = new Ledger(budget, clock, started);
        ledger.spentBefore(history.spending());
        Path file = Files.createTempFile("story", ".txt");
        try {
            List<SandboxDocument> documents =
                    List.of(new SandboxDocument(document, Files.writeString(file, text), text.length()));
            try (Repl repl = sandbox.open(documents, SEED, history.cells(), offered.offered())) {
                answer = new RecursiveLanguageModel(
                                role(rootModel), role(subModel), SETTINGS, Images.NONE, offered, clock)
                        .answer(
                                new Question(question, List.of(TestContext.of(document, text)), null, session, false),
                                repl,
                                journal,
                                ledger);
            }
        } finally {
            Files.delete(file);
        }
        assertThat(RunHistory.of(session, journal, SETTINGS.outputCharacters(), budget.depth())
                        .spending())
                .as("what the journal tells was spent")
                .isEqualTo(ledger.spent());
        return new Told(answer, journal, ledger, rootModel, subModel);
    }

    private Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), window, null, null, Set.of()));
    }

    /** A model that counts tokens as the engine does. */
    private static ScriptedModel model(String id, Voice voice) {
        return new ScriptedModel(id, (_, request) -> {
            String reply = voice.reply(request);
            String read = request.messages().stream().flatMap(Message::texts).collect(Collectors.joining());
            Usage usage = new Usage(TokenEstimate.of(request.system() + read), TokenEstimate.of(reply), 0, 0);
            return new ModelReply(reply, List.of(), usage, StopReason.COMPLETE);
        });
    }

    /** Whether the root model is asked for a turn, rather than for a summary or a last word. */
    private static boolean isTurn(ModelRequest request) {
        return !request.system().equals(SystemPrompt.text("summary.md"))
                && !request.system().equals(SystemPrompt.text("last-call.md"));
    }
}
