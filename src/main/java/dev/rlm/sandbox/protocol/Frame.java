package dev.rlm.sandbox.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One message between the server and a worker. Requests are answered one at a time; calls out of a cell overlap. */
public sealed interface Frame {
    /** The version of the protocol that this code speaks. */
    int VERSION = 2;

    /** The most bytes of a frame, either way: 64 MiB. */
    int MAX_BYTES = 64 << 20;

    /** How many bytes {@link Contents} have at most: 1 MiB. */
    int CONTENTS_BYTES = 1 << 20;

    /** What the server sends. */
    sealed interface ToWorker extends Frame {}

    /** What a worker sends; not to be trusted. */
    sealed interface FromWorker extends Frame {}

    /**
     * Opens documents as the context. Their texts follow in {@link Contents}; answered, when all of them have come, by
     * {@link Opened} or {@link Refused}.
     */
    record Open(List<DocumentHead> documents) implements ToWorker {}

    /** A document: its name, and how many bytes of UTF-8 its text has. */
    record DocumentHead(String name, long bytes) {}

    /** The next bytes of the documents' texts, which follow each other without a gap. */
    record Contents(ByteBuffer bytes) implements ToWorker {}

    /**
     * Runs a cell; answered by {@link CellEnded}.
     *
     * @param run a number that this worker has not seen yet
     * @param cell the cell's number as tracebacks show it
     * @param code its source
     * @param outputLimit how many characters of output are kept
     * @param seed what the chance of the REPL derives from, together with the cell's number
     * @param clocks what clocks said when the cell ran before, from {@link Traces}; null if it runs for the first time
     */
    record Run(
            long run,
            int cell,
            String code,
            int outputLimit,
            long seed,
            @Nullable String clocks) implements ToWorker {}

    /** Stops the cell of this run, if it still runs; answered by {@link OutputSoFar} and then {@link CellEnded}. */
    record Interrupt(long run) implements ToWorker {}

    /** Answers {@link Query}: one reply for each prompt, in order. */
    record Replies(long call, List<Reply> replies) implements ToWorker {}

    /** One slot of {@link Replies}: a sub-model's reply, or why there is none. */
    record Reply(boolean answered, String text) {}

    /** Answers {@link BudgetQuery} with a JSON object. */
    record Budget(long call, String json) implements ToWorker {}

    /** Asks for {@link Variables}. */
    record ListVariables() implements ToWorker {}

    /** Asks for a variable; answered by {@link Value} or {@link Refused}. */
    record ReadVariable(String name) implements ToWorker {}

    /** The first frame of a worker: it is warm. */
    record Ready(int version) implements FromWorker {}

    /** The context is open. */
    record Opened(long characters) implements FromWorker {}

    /** The most characters of an error, a reason, or a variable's name, type or preview. */
    int MOST_LINE_CHARACTERS = 6_000;

    /** A request could not be done; a sentence says why. */
    record Refused(String reason) implements FromWorker {}

    /** A cell asks sub-models, at most {@value #MOST_PROMPTS} prompts at once. */
    record Query(long call, List<String> prompts) implements FromWorker {
        /** The most prompts of one call. */
        public static final int MOST_PROMPTS = 10_000;
    }

    /** A cell asks what is left. */
    record BudgetQuery(long call) implements FromWorker {}

    /** What a cell that is being stopped has printed, in case that it must be killed. */
    record OutputSoFar(long run, Output output) implements FromWorker {}

    /**
     * A cell has ended.
     *
     * @param run the run's number
     * @param ending how it ended
     * @param output what it printed
     * @param error the last line of its traceback, or null
     * @param value the final value it handed over, or null
     * @param traces what is needed to run it again
     */
    record CellEnded(
            long run,
            Ending ending,
            Output output,
            @Nullable String error,
            @Nullable Value value,
            Traces traces) implements FromWorker {}

    /**
     * What a cell leaves besides its output.
     *
     * @param clocks what clocks said in it; only workers read it, at most {@value #MOST_CLOCK_CHARACTERS} characters
     * @param assigned the variables it assigned or may have changed, at most {@value #MOST_NAMES}
     * @param read the variables it read, at most {@value #MOST_NAMES}
     */
    record Traces(String clocks, List<String> assigned, List<String> read) {
        /** The most characters of what clocks said. */
        public static final int MOST_CLOCK_CHARACTERS = 1_000_000;

        /** The most names of each kind. */
        public static final int MOST_NAMES = 1_000;

        /** Nothing is known. */
        public static final Traces NONE = new Traces("", List.of(), List.of());
    }

    /** The cell of this run has handed over a final value and still runs; sent at once, in case that it must be killed. */
    record HandedOver(long run, Value value) implements FromWorker {}

    /** How a cell ended. */
    enum Ending {
        DONE,
        FAILED,
        STOPPED
    }

    /** Bounded output, and how many characters it had before it was cut. */
    record Output(String text, long characters) {}

    /** The assigned variables, most recent first, at most {@value #MOST}. */
    record Variables(List<Variable> variables) implements FromWorker {
        /** The most variables that are listed. */
        public static final int MOST = 1_000;
    }

    /** A variable: name, type, length or -1, start of its repr. */
    record Variable(String name, String type, long size, String preview) {}

    /** A value as text and as JSON. */
    record Value(String text, String json) implements FromWorker {}
}
