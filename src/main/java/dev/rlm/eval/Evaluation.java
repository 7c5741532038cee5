package dev.rlm.eval;

import dev.rlm.eval.Respondent.Sitting;
import dev.rlm.eval.RunResult.RunKey;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks each item in each arm so many times, scores what comes back, and keeps the results. What has a result already is not
 * asked again.
 *
 * @param items the items
 * @param arms the ways in which they are asked
 * @param runs how many times each is asked in each way, at least 1
 * @param parallel how many questions are asked at a time, at least 1
 * @param setup the models and limits, which results of other evaluations may not have
 */
public record Evaluation(List<Item> items, List<String> arms, int runs, int parallel, String setup) {

    public Evaluation {
        items = List.copyOf(items);
        arms = List.copyOf(arms);
    }

    /** How many runs it has. */
    public int size() {
        return items.size() * arms.size() * runs;
    }

    /**
     * Makes the runs, item by item.
     *
     * @param kept the results of before, to which new ones are added; null if none are kept
     * @param news is told of each result, those of before included
     * @return the results by item, arm and run
     * @throws EvalException if a question cannot be asked; no more are begun then
     * @throws IOException if a result cannot be written
     */
    public List<RunResult> make(Respondent respondent, @Nullable ResultsFile kept, Consumer<RunResult> news)
            throws EvalException, IOException, InterruptedException {
        List<Seat> seats =
                items.stream().map(item -> new Seat(item, respondent)).toList();
        RunResult[] results = new RunResult[size()];
        Queue<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < size(); i++) {
            open.add(i);
        }
        Callable<Void> worker = () -> {
            for (Integer next = next(open); next != null; next = next(open)) {
                int number = next;
                Seat seat = seats.get(number / (arms.size() * runs));
                RunResult result = seat.result(arms.get(number / runs % arms.size()), number % runs + 1, kept);
                synchronized (results) {
                    results[number] = result;
                    news.accept(result);
                }
            }
            return null;
        };
        try {
            all(worker, Math.min(parallel, size()));
        } finally {
            seats.forEach(Seat::close);
        }
        return List.of(results);
    }

    private static @Nullable Integer next(Queue<Integer> open) {
        synchronized (open) {
            return open.poll();
        }
    }

    /** Lets so many workers work, until all have ended or one has failed. */
    private static void all(Callable<Void> worker, int workers)
            throws EvalException, IOException, InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> running = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < workers; i++) {
                running.submit(worker);
            }
            try {
                for (int i = 0; i < workers; i++) {
                    running.take().get();
                }
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case EvalException cause -> throw cause;
                    case IOException cause -> throw cause;
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw new IllegalStateException(e);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** An item and its runs that are left. */
    private final class Seat {
        private final Item item;
        private final Respondent respondent;
        private int left = arms.size() * runs;
        private @Nullable Sitting sitting;

        Seat(Item item, Respondent respondent) {
            this.item = item;
            this.respondent = respondent;
        }

        RunResult result(String arm, int run, @Nullable ResultsFile kept)
                throws EvalException, IOException, InterruptedException {
            Sitting here = sitting();
            RunKey key = new RunKey(item.id(), arm, run, here.fingerprint(), setup);
            Optional<RunResult> before = kept == null ? Optional.empty() : kept.find(key);
            RunResult result;
            if (before.isPresent()) {
                result = before.get();
            } else {
                Outcome outcome = here.ask(arm);
                String answer = outcome.answer();
                result = new RunResult(key, answer == null ? 0 : item.scoring().score(answer), outcome);
                if (kept != null) {
                    kept.append(result);
                }
            }
            closeAfterLast();
            return result;
        }

        private synchronized Sitting sitting() {
            if (sitting == null) {
                sitting = respondent.open(item);
            }
            return sitting;
        }

        private synchronized void closeAfterLast() {
            left--;
            if (left == 0) {
                close();
            }
        }

        synchronized void close() {
            if (sitting != null) {
                sitting.close();
                sitting = null;
            }
        }
    }
}
