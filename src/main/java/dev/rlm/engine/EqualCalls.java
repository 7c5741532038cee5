package dev.rlm.engine;

import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The replies to the sub-calls of a task, those of its children included, by what was asked, so that nothing is asked twice
 * of a model that says the same each time. Who asks what is being asked waits for that reply. Only replies are given to others, failures are not.
 * Thread-safe.
 */
final class EqualCalls {

    private final ConcurrentMap<String, CompletableFuture<Optional<String>>> replies = new ConcurrentHashMap<>();

    /** The replies that the journal of a task has. */
    static EqualCalls of(Journal journal) {
        EqualCalls equal = new EqualCalls();
        for (Entry entry : journal.entriesAfter(0)) {
            if (entry.event() instanceof SubCallEnded ended && ended.reply() != null && ended.failure() == null) {
                equal.replies.put(
                        StepKeys.call(entry).promptSha256(),
                        CompletableFuture.completedFuture(Optional.of(ended.reply())));
            }
        }
        return equal;
    }

    /** The call of whoever asks something first. */
    final class First {
        private final String hash;
        private final CompletableFuture<Optional<String>> reply = new CompletableFuture<>();

        private First(String hash) {
            this.hash = hash;
        }

        /** Tells those who wait the reply; null if there is none: then they ask themselves. */
        void ended(@Nullable String text) {
            if (text == null) {
                replies.remove(hash, reply);
            }
            reply.complete(Optional.ofNullable(text));
        }
    }

    /** A call for what has this hash, if it is the first; it must be told how it {@linkplain First#ended ended}. */
    Optional<First> first(String hash) {
        First first = new First(hash);
        return replies.putIfAbsent(hash, first.reply) == null ? Optional.of(first) : Optional.empty();
    }

    /** Waits for the reply to what has this hash; empty if the call that asks it has none. */
    Optional<String> await(String hash) throws InterruptedException {
        CompletableFuture<Optional<String>> reply = replies.get(hash);
        try {
            return reply == null ? Optional.empty() : reply.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("No call ends so.", e);
        }
    }
}
