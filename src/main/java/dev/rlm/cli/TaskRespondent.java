package dev.rlm.cli;

import dev.rlm.budget.Charge;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.context.PdfPages;
import dev.rlm.context.Source;
import dev.rlm.eval.EvalException;
import dev.rlm.eval.Fingerprint;
import dev.rlm.eval.Item;
import dev.rlm.eval.Outcome;
import dev.rlm.eval.Respondent;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Answers the questions of an evaluation by tasks of the application. Contexts are deleted after use. Thread-safe. */
final class TaskRespondent implements Respondent {

    private static final Duration POLL = Duration.ofSeconds(10);

    /** How long {@link #stop} waits for a context that is being loaded. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final Application application;
    private final Path folder;
    private final Map<String, Arm> arms;
    private final ModelOptions models;
    private final LimitOptions limits;
    private final Set<LoadedItem> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /**
     * A respondent.
     *
     * @param folder where the files of items are
     * @param arms the arms by their labels
     */
    TaskRespondent(
            Application application, Path folder, Map<String, Arm> arms, ModelOptions models, LimitOptions limits) {
        this.application = application;
        this.folder = folder;
        this.arms = Map.copyOf(arms);
        this.models = models;
        this.limits = limits;
    }

    @Override
    public Sitting open(Item item) {
        LoadedItem opened = new LoadedItem(item);
        open.add(opened);
        return opened;
    }

    /** Loads and asks nothing more, and deletes the contexts. Questions that are being asked may end as failures. */
    void stop() {
        stopped = true;
        open.forEach(LoadedItem::closeSoon);
    }

    private final class LoadedItem implements Sitting {
        private final Item item;
        private final Lock lock = new ReentrantLock();
        private @Nullable PassingContext loaded;

        LoadedItem(Item item) {
            this.item = item;
        }

        @Override
        public String fingerprint() throws EvalException, InterruptedException {
            if (item.files().isEmpty()) {
                return item.hash();
            }
            Fingerprint fingerprint = new Fingerprint().add(item.hash());
            for (Document document : context().documents()) {
                fingerprint.add(document.name()).add(document.sha256());
            }
            return fingerprint.finish();
        }

        @Override
        public Outcome ask(String label) throws EvalException, InterruptedException {
            Arm arm = arms.get(label);
            if (arm == null) {
                throw new IllegalArgumentException("There is no arm " + label + ".");
            }
            CallerTasks tasks = application.tasks();
            TaskStatus status;
            try {
                status = tasks.submit(new TaskRequest(
                                item.asked(), List.of(context().id()), models.root(), models.sub(), arm.limits(limits))
                        .withRoute(arm.route()));
            } catch (TaskException e) {
                if (arm.isDirect()) {
                    return Outcome.refused(e.getMessage());
                }
                throw new EvalException(item.label() + ": " + e.getMessage());
            }
            while (!status.state().ended()) {
                status = tasks.awaitChange(status.id(), status.version(), POLL).orElseThrow();
            }
            return outcome(status);
        }

        private Context context() throws EvalException, InterruptedException {
            lock.lockInterruptibly();
            try {
                if (stopped) {
                    throw new EvalException("The evaluation was stopped.");
                }
                if (loaded == null) {
                    loaded = PassingContext.loadUnwatched(application, sources(), PdfPages.AUTO);
                    loaded.context()
                            .skipped()
                            .forEach(skipped -> Terminal.note(item.label() + ": skipped: " + skipped));
                }
                return loaded.context();
            } catch (CommandException e) {
                throw new EvalException(item.label() + ": " + e.getMessage());
            } finally {
                lock.unlock();
            }
        }

        private List<Source> sources() {
            String text = item.context();
            return text == null
                    ? item.files().stream()
                            .<Source>map(file ->
                                    new Source.OnDisk(folder.resolve(file).toString()))
                            .toList()
                    : List.of(new Source.Text("context", text));
        }

        @Override
        public void close() {
            lock.lock();
            try {
                delete();
            } finally {
                lock.unlock();
            }
        }

        void closeSoon() {
            try {
                if (lock.tryLock(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    try {
                        delete();
                    } finally {
                        lock.unlock();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void delete() {
            open.remove(this);
            if (loaded != null) {
                loaded.close();
                loaded = null;
            }
        }
    }

    private static Outcome outcome(TaskStatus ended) {
        Finished result = ended.result();
        Routed route = ended.route();
        Instant started = ended.started();
        Instant end = ended.ended();
        Charge total = ended.spending().total();
        return new Outcome(
                ended.state().label(),
                result == null ? null : result.text(),
                result == null ? null : result.reason(),
                route == null ? null : route.route(),
                ended.turn(),
                ended.spending().subCalls(),
                total.inputTokens(),
                total.outputTokens(),
                total.cachedTokens(),
                total.usd(),
                started == null || end == null ? null : Duration.between(started, end));
    }
}
