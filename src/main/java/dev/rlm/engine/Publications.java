package dev.rlm.engine;

import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls.Outcome;
import java.util.Optional;

/** What the code of a run publishes before its end: partial answers, of which the latest counts. Thread-safe. */
final class Publications {

    /** Of one cell; its REPL tells it before. */
    private static final int MOST_OF_CELL = 100;

    /** As much as a final value may have, which the REPL tells too. */
    private static final int MOST_CHARACTERS = 10_000_000;

    private final Journal journal;
    private final FinalCheck check;

    /** @param check what is published must pass it */
    Publications(Journal journal, FinalCheck check) {
        this.journal = journal;
        this.check = check;
    }

    /** Takes a value, or tells the code why not; the same when the cell runs again. */
    Outcome publish(int cell, int number, FinalValue value) throws InterruptedException {
        if (number > MOST_OF_CELL) {
            // Code may publish on and on, so this leaves no record.
            return new Outcome.Failure(MOST_OF_CELL + " values were published in this cell: publish less often.");
        }
        return outcome(journal.<Published, RuntimeException>step(
                StepKeys.publication(cell, number), Published.class, () -> published(cell, value)));
    }

    private Published published(int cell, FinalValue value) {
        if (Math.max(value.text().length(), value.json().length()) > MOST_CHARACTERS) {
            return new Published(
                    cell, null, "The value has more than " + MOST_CHARACTERS + " characters: publish less.");
        }
        // A worker says what it likes.
        if (Json.value(value.json()).isEmpty()) {
            return new Published(cell, null, "The value cannot be published: it is no JSON.");
        }
        Optional<String> rejection = check.rejectionOfPublished(value);
        return rejection.isEmpty()
                ? new Published(cell, new TaskEvent.Value(value.text(), value.json()), null)
                : new Published(cell, null, rejection.get());
    }

    /** The latest value that was taken in this run, before it was interrupted too; children's are none of it. */
    Optional<FinalValue> latest() {
        FinalValue latest = null;
        for (Journal.Entry entry : journal.entriesAfter(0)) {
            if (entry.child() == null
                    && entry.event() instanceof Published(int _, TaskEvent.Value value, String _)
                    && value != null) {
                latest = new FinalValue(value.text(), value.json());
            }
        }
        return Optional.ofNullable(latest);
    }

    /** A recorded publication as the code is answered. */
    static Outcome outcome(Published published) {
        String refusal = published.refusal();
        return refusal == null ? new Outcome.Reply("") : new Outcome.Failure(refusal);
    }
}
