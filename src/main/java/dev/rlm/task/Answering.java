package dev.rlm.task;

import dev.rlm.budget.Ledger;
import dev.rlm.context.ContentHold;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.Contexts;
import dev.rlm.context.Document;
import dev.rlm.engine.Answer;
import dev.rlm.engine.Audience;
import dev.rlm.engine.DirectAnswer;
import dev.rlm.engine.Evidence;
import dev.rlm.engine.Images;
import dev.rlm.engine.RecursiveLanguageModel;
import dev.rlm.engine.Router;
import dev.rlm.engine.Routing.Choice;
import dev.rlm.engine.RunHistory;
import dev.rlm.engine.TaskFunctions;
import dev.rlm.engine.Verification;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.model.Image;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxException;
import dev.rlm.task.TaskPlanner.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers planned questions, each by the way that is chosen for it, from where its journal ends. Thread-safe. */
final class Answering {

    /** The key of the step that gathers what the answer rests on. */
    private static final String EVIDENCE = "evidence";

    private final Contexts contexts;
    private final Repls repls;
    private final ForeignFunctions functions;
    private final Clock clock;

    Answering(Contexts contexts, Repls repls, ForeignFunctions functions, Clock clock) {
        this.contexts = contexts;
        this.repls = repls;
        this.functions = functions;
        this.clock = clock;
    }

    /**
     * The answer of a question whose task has started. What it rests on is recorded with it.
     *
     * @param audience sees what the root model writes
     */
    Answer answer(Plan plan, Journal journal, Started started, Audience audience)
            throws ContextException, SandboxException, InterruptedException {
        try (Holds holds = new Holds(plan.question().contexts())) {
            List<SandboxDocument> documents = holds.documents();
            Answer answer = answer(plan, documents, journal, started, audience);
            EvidenceGathered evidence = journal.<EvidenceGathered, RuntimeException>step(
                    EVIDENCE,
                    EvidenceGathered.class,
                    () -> Evidence.of(
                            journal.entriesAfter(0), documents, plan.question().text(), answer));
            if (plan.question().verify()) {
                new Verification(
                                plan.sub(),
                                plan.engine(),
                                clock,
                                journal,
                                ledger(plan, started, history(plan, journal)))
                        .verify(plan.question(), answer, evidence.citations(), documents);
            }
            return answer;
        }
    }

    private static Images images(List<SandboxDocument> documents) {
        return number -> documents.stream()
                .skip(number)
                .limit(1)
                .filter(document -> document.mediaType() != null)
                .map(document -> new Image(document.mediaType(), document.file()))
                .findFirst();
    }

    private Answer answer(
            Plan plan, List<SandboxDocument> documents, Journal journal, Started started, Audience audience)
            throws ContextException, SandboxException, InterruptedException {
        Router router = new Router(plan.root(), plan.sub());
        Routed route = journal.<Routed, RuntimeException>step(
                Router.STEP, Routed.class, () -> router.choose(plan.question(), plan.budget(), plan.routing()));
        if (!route.route().equals(Choice.DIRECT.label())) {
            return answerByCode(plan.withDepth(route.depth()), documents, journal, started, audience);
        }
        Answer direct = new DirectAnswer(plan.root(), plan.engine(), audience, clock)
                .answer(plan.question(), () -> text(documents), journal, ledger(plan, started, history(plan, journal)));
        // Code may find what one look did not, unless the caller wants none.
        return direct.status() == Answer.Status.ANSWERED || plan.routing().choice() == Choice.DIRECT
                ? direct
                : answerByCode(
                        plan.withDepth(router.depthAfterDirect(plan.question(), plan.budget())),
                        documents,
                        journal,
                        started,
                        audience);
    }

    private Answer answerByCode(
            Plan plan, List<SandboxDocument> documents, Journal journal, Started started, Audience audience)
            throws SandboxException, InterruptedException {
        RunHistory history = history(plan, journal);
        Ledger ledger = ledger(plan, started, history);
        TaskFunctions ofTask = TaskFunctions.of(journal, functions);
        RecursiveLanguageModel rlm = new RecursiveLanguageModel(
                        plan.root(), plan.sub(), plan.engine(), images(documents), ofTask, clock)
                .before(audience);
        try (Repl repl = repls.open(documents, started.seed(), history.cells(), ofTask.offered())) {
            return rlm.answer(plan.question(), repl, journal, ledger);
        }
    }

    private static RunHistory history(Plan plan, Journal journal) {
        return RunHistory.of(
                plan.question().session(),
                journal,
                plan.engine().outputCharacters(),
                plan.budget().depth());
    }

    private Ledger ledger(Plan plan, Started started, RunHistory history) {
        Ledger ledger = new Ledger(plan.budget(), clock, started.at());
        ledger.spentBefore(history.spending());
        return ledger;
    }

    /** All documents, each after a line with its name. */
    private static String text(List<SandboxDocument> documents) throws ContextException {
        StringBuilder text = new StringBuilder();
        for (SandboxDocument document : documents) {
            if (document.mediaType() != null) {
                continue;
            }
            text.append("===== ")
                    .append(document.name().replaceAll("\\p{Cntrl}", " "))
                    .append(" =====\n");
            try {
                text.append(Files.readString(document.file())).append("\n\n");
            } catch (IOException e) {
                throw new ContextException(
                        "The document " + document.name() + " cannot be read: load its context again.", e);
            }
        }
        return text.toString();
    }

    /** Contexts whose content stays at hand until this is closed. */
    private final class Holds implements AutoCloseable {
        private final List<Context> opened;
        private final Deque<ContentHold> holds = new ArrayDeque<>();

        Holds(List<Context> opened) throws ContextException, InterruptedException {
            this.opened = opened;
            try {
                for (Context context : opened) {
                    holds.push(contexts.of(context.owner()).hold(context, context.documents()));
                }
            } catch (ContextException | InterruptedException | RuntimeException e) {
                close();
                throw e;
            }
        }

        /** Their documents; where there are several contexts, a document's name starts with that of its context. */
        List<SandboxDocument> documents() throws ContextException {
            List<SandboxDocument> documents = new ArrayList<>();
            for (int i = 0; i < opened.size(); i++) {
                Context context = opened.get(i);
                String prefix = opened.size() == 1 ? "" : (i + 1) + "-" + context.name() + "/";
                for (Document document : context.documents()) {
                    documents.add(new SandboxDocument(
                            prefix + document.name(),
                            contexts.of(context.owner()).content(context, document),
                            document.characters(),
                            document.mediaType()));
                }
            }
            return documents;
        }

        @Override
        public void close() {
            holds.forEach(ContentHold::close);
            holds.clear();
        }
    }
}
