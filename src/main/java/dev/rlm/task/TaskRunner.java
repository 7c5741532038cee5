package dev.rlm.task;

import dev.rlm.budget.Ledger;
import dev.rlm.context.ContentHold;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Document;
import dev.rlm.engine.Answer;
import dev.rlm.engine.Question;
import dev.rlm.engine.RecursiveLanguageModel;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Answers the question of one task, from its contexts to its end. */
final class TaskRunner {

    private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

    private final ContextStore contexts;
    private final Repls repls;
    private final Clock clock;

    TaskRunner(ContextStore contexts, Repls repls, Clock clock) {
        this.contexts = contexts;
        this.repls = repls;
        this.clock = clock;
    }

    /** Runs the task. Whatever happens, the task has ended when this returns. */
    void run(Task task, Question question) {
        if (!task.begin()) {
            return;
        }
        try {
            task.end(finished(answer(task, question)));
        } catch (ContextException e) {
            task.end(failed(e.getMessage()));
        } catch (SandboxException e) {
            task.end(failed(e.getMessage()));
        } catch (InterruptedException e) {
            task.end(Task.CANCELLED);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "Task " + task.id() + " ended with an error of the program.", e);
            task.end(failed("The task ended with an error of the program; the server's log has the details."));
        }
    }

    private Answer answer(Task task, Question question)
            throws ContextException, SandboxException, InterruptedException {
        Ledger ledger = new Ledger(task.budget(), clock);
        RecursiveLanguageModel rlm = new RecursiveLanguageModel(task.root(), task.sub(), task.engine(), clock);
        Deque<ContentHold> holds = new ArrayDeque<>();
        try {
            for (Context context : question.contexts()) {
                holds.push(contexts.hold(context, context.documents()));
            }
            try (Repl repl = repls.open(documents(question.contexts()))) {
                return rlm.answer(question, repl, task.journal(), ledger);
            }
        } finally {
            holds.forEach(ContentHold::close);
        }
    }

    /** The contexts' documents; where there are several contexts, a document's name starts with that of its context. */
    private List<SandboxDocument> documents(List<Context> opened) throws ContextException {
        List<SandboxDocument> documents = new ArrayList<>();
        for (int i = 0; i < opened.size(); i++) {
            Context context = opened.get(i);
            String prefix = opened.size() == 1 ? "" : (i + 1) + "-" + context.name() + "/";
            for (Document document : context.documents()) {
                documents.add(new SandboxDocument(
                        prefix + document.name(), contexts.content(context, document), document.characters()));
            }
        }
        return documents;
    }

    private static Finished finished(Answer answer) {
        String status = answer.status().name().toLowerCase(Locale.ROOT);
        return new Finished(status, answer.text(), answer.json(), answer.origin(), answer.reason());
    }

    private static Finished failed(String reason) {
        return new Finished(TaskState.FAILED.label(), null, null, null, reason);
    }
}
