package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.model.ModelException;
import dev.rlm.model.Tool;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about inputs far larger than a model's window, by the algorithm of Zhang, Kraska and Khattab,
 * <em>Recursive Language Models</em> (arXiv 2512.24601): the root model sees the question and facts about the input, and
 * writes code; the code runs in a REPL that holds the input, and asks sub-models about parts of it; the run ends when the
 * code hands over a final value, or when a limit is reached.
 *
 * <p>Thread-safe: it holds no state of a run, but what counts the calls of a task's functions.
 */
public final class RecursiveLanguageModel {

    private final Role root;
    private final Role sub;
    private final Images images;
    private final EngineSettings settings;
    private final TaskFunctions functions;
    private final Audience audience;
    private final Clock clock;

    /** An RLM of these two models for contexts without images. */
    public RecursiveLanguageModel(Role root, Role sub, EngineSettings settings, Clock clock) {
        this(root, sub, settings, Images.NONE, TaskFunctions.NONE, clock);
    }

    /**
     * An RLM of these two models.
     *
     * @param images the images of the context that it is asked about
     * @param functions what its code may call in REPLs that offer it
     */
    public RecursiveLanguageModel(
            Role root, Role sub, EngineSettings settings, Images images, TaskFunctions functions, Clock clock) {
        this(root, sub, settings, images, functions, Audience.NOBODY, clock);
    }

    private RecursiveLanguageModel(
            Role root,
            Role sub,
            EngineSettings settings,
            Images images,
            TaskFunctions functions,
            Audience audience,
            Clock clock) {
        this.images = images;
        this.root = root;
        this.sub = sub;
        this.settings = settings;
        this.functions = functions;
        this.audience = audience;
        this.clock = clock;
    }

    /** The same RLM, whose root model's turns this audience sees; those of its children it does not. */
    public RecursiveLanguageModel before(Audience seeing) {
        return new RecursiveLanguageModel(root, sub, settings, images, functions, seeing, clock);
    }

    /**
     * Answers a question. Failures of models and of the sandbox, and limits that are reached, are answers, too: partial
     * ones or failed ones with a reason.
     *
     * <p>If the question has a schema, the value of every answer fits it, also that of a partial one. A value that does not
     * fit goes back to the root model, which has its remaining turns to hand over another.
     *
     * <p>A run that was interrupted goes on where its journal ends: what is recorded is neither asked nor counted again.
     *
     * @param question what is asked
     * @param repl a REPL that holds the documents of the question's contexts, and has run the recorded cells of the
     *     question's session and of this run
     * @param journal the record of the run
     * @param ledger the budget of the run, whose spending is that of the journal
     * @throws InterruptedException if the calling thread was interrupted; the run was abandoned
     * @throws JournalException if something could not be recorded; the run was abandoned
     */
    public Answer answer(Question question, Repl repl, Journal journal, Ledger ledger) throws InterruptedException {
        try {
            return run(
                    question.session(),
                    PastTurns.conversation(question),
                    new FinalCheck(question.schema()),
                    repl,
                    journal,
                    ledger,
                    sub.saysTheSame() ? EqualCalls.of(journal) : null);
        } catch (SandboxException e) {
            String reason = "The sandbox failed: " + e.getMessage();
            return new Publications(journal, FinalCheck.NONE)
                    .latest()
                    .map(value -> Answer.published(value, reason))
                    .orElseGet(() -> Answer.failed(reason));
        }
    }

    /** Answers what a conversation asks with a value that passes the check, as {@link #answer} does. */
    Answer run(
            Session session,
            Conversation conversation,
            FinalCheck check,
            Repl repl,
            Journal journal,
            Ledger ledger,
            @Nullable EqualCalls equalCalls)
            throws SandboxException, InterruptedException {
        RootModel rootModel = rootModel(repl, journal, ledger);
        rootModel.goOn(conversation);
        Publications publications = new Publications(journal, check);
        Cells cells = cells(session, repl, journal, ledger, check, publications, equalCalls);
        Salvage salvage = new Salvage(
                repl,
                check,
                publications,
                new OwnValues(session, journal),
                new LastCall(conversation.asked(), root, clock, journal, ledger));
        boolean nudged = false;
        String prose = "";
        try {
            for (int turn = 1; ; turn++) {
                RootReplied replied = rootModel.reply(turn, conversation);
                conversation.add(replied);
                CodeOfReply code = CodeOfReply.of(replied);
                String note = code.note();
                if (code.isProse() && nudged) {
                    FinalCheck.Written written = check.written(code.prose());
                    if (written.rejection().isEmpty()
                            || cells.allFailed()
                            || code.prose().isBlank()) {
                        return written(written.value(), cells);
                    }
                    note = written.rejection().get();
                }
                nudged = code.isProse();
                prose = code.isProse() ? code.prose() : "";
                Cells.Outputs outputs = cells.runAll(turn, code.cells());
                if (outputs.finalValue() != null) {
                    return Answer.computed(outputs.finalValue());
                }
                conversation.answer(outputs.outputs(), note);
            }
        } catch (BudgetExceededException | CellsExceededException e) {
            return salvage.after(new Salvage.Stop(
                    Objects.requireNonNull(e.getMessage()),
                    true,
                    cells.anySucceeded(),
                    cells.allFailed() ? "" : prose));
        } catch (ModelException e) {
            return salvage.after(new Salvage.Stop(
                    "The root model could not be asked: " + e.getMessage(), false, cells.anySucceeded(), ""));
        }
    }

    private Cells cells(
            Session session,
            Repl repl,
            Journal journal,
            Ledger ledger,
            FinalCheck check,
            Publications publications,
            @Nullable EqualCalls equalCalls) {
        SubCalls subCalls = new SubCalls(sub, images, settings, clock, journal, ledger, equalCalls);
        // The sub-model is the root model of children: what they cost stays in proportion to the part that they read.
        RecursiveLanguageModel ofChildren =
                new RecursiveLanguageModel(sub, sub, settings.suiting(sub), images, functions, clock);
        Children children = new Children(ofChildren, repl, settings, journal, ledger, equalCalls);
        return new Cells(
                repl,
                session.lastCell(),
                settings,
                cell -> new CellCalls(cell, session, subCalls, children, publications, functions, journal, ledger),
                journal,
                ledger,
                check);
    }

    private RootModel rootModel(Repl repl, Journal journal, Ledger ledger) {
        String system = SystemPrompt.render(root, sub, settings, ledger.budget(), functions.offered());
        List<Tool> tools = settings.toolCallsOf(root) ? List.of(RootModel.PYTHON) : List.of();
        Compaction compaction = new Compaction(root, repl, settings.callTime(), clock, journal, ledger);
        return new RootModel(root, system, tools, compaction, audience, settings.callTime(), clock, journal, ledger);
    }

    /** A text that the root model wrote instead of code. It does not count if the model tried to look and never could. */
    private static Answer written(FinalValue value, Cells cells) {
        if (value.text().isBlank()) {
            return Answer.failed("The root model wrote neither code nor an answer.");
        }
        if (cells.allFailed()) {
            return Answer.failed("Every cell failed, so the root model's answer has nothing to stand on.");
        }
        return Answer.written(value);
    }
}
