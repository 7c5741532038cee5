package dev.rlm.sandbox.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message between the server and a worker. A worker holds several REPLs of one task, told apart by numbers that the
 * server gives: {@value #ROOT} is the task's own, which is opened first. Requests to one REPL are answered one at a time;
 * those to different ones overlap, and so do the calls out of a cell.
 */
public sealed interface Frame {
    /** The version of the protocol that this code speaks. */
    int VERSION = 7;

    /** The number of the task's own REPL. */
    int ROOT = 0;

    /** The most bytes of a frame, either way: 64 MiB. */
    int MAX_BYTES = 64 << 20;

    /** How many bytes {@link Contents} have at most: 1 MiB. */
    int CONTENTS_BYTES = 1 << 20;

    /** What the server sends. */
    sealed interface ToWorker extends Frame {}

    /** What a worker sends; not to be trusted. */
    sealed interface FromWorker extends Frame {}

    /** What is said to one REPL. */
    sealed interface ToRepl extends ToWorker {
        /** The REPL's number. */
        int repl();
    }

    /** What one REPL says. */
    sealed interface FromRepl extends FromWorker {
        /** The REPL's number. */
        int repl();
    }

    /**
     * Opens a REPL, or the root anew, with documents as its context. Their texts follow in {@link Contents}; answered, when
     * all of them have come, by {@link Opened} or {@link Refused}.
     */
    record Open(int repl, List<DocumentHead> documents) implements ToRepl {}

    /**
     * A document.
     *
     * @param name its name
     * @param bytes how many bytes of UTF-8 its text has
     * @param mediaType the media type of an image, which has no text and is not sent; null for a text
     */
    record DocumentHead(String name, long bytes, @Nullable String mediaType) {
        /** A text. */
        public DocumentHead(String name, long bytes) {
            this(name, bytes, null);
        }
    }

    /**
     * Offers functions to all REPLs that are opened from then on.
     *
     * @param functions their names are Python identifiers, each unlike the others
     */
    record OfferFunctions(List<Function> functions) implements ToWorker {}

    /**
     * A function that cells may call by {@link CallFunction}.
     *
     * @param name its name
     * @param documentation its docstring
     * @param parameters the required ones first
     * @param open whether it takes further arguments by name
     */
    record Function(String name, String documentation, List<Parameter> parameters, boolean open) {}

    /**
     * A parameter of a function.
     *
     * @param name a Python identifier
     * @param key what it is called in the arguments that are sent
     * @param type its annotation: names of Python's types, with {@code |} between them; empty if it may be anything
     * @param required whether it must be given
     */
    record Parameter(String name, String key, String type, boolean required) {}

    /** The next bytes of the texts of a REPL's documents, which follow each other without a gap. */
    record Contents(int repl, ByteBuffer bytes) implements ToRepl {}

    /**
     * Opens a REPL whose context is made of parts of another's, which are not sent; answered by {@link Opened} or {@link
     * Refused}.
     */
    record OpenSlices(int repl, int parent, List<Range> ranges) implements ToRepl {}

    /** A part of a context: from a character to before another, as Python counts them; 0 or more. */
    record Range(long start, long end) {}

    /** Frees a REPL that is not the root, with all that it holds; answered by {@link Closed}. */
    record CloseRepl(int repl) implements ToRepl {}

    /**
     * Runs a cell; answered by {@link CellEnded}.
     *
     * @param repl the REPL's number
     * @param run a number that this worker has not seen yet
     * @param cell the cell's number as tracebacks show it
     * @param code its source
     * @param outputLimit how many characters of output are kept
     * @param seed what the chance of the REPL derives from, together with the cell's number
     * @param levels how many levels of child questions there may be below this REPL
     * @param clocks what clocks said when the cell ran before, from {@link Traces}; null if it runs for the first time
     */
    record Run(
            int repl,
            long run,
            int cell,
            String code,
            int outputLimit,
            long seed,
            int levels,
            @Nullable String clocks) implements ToRepl {}

    /** Stops the cell of this run, if it still runs; answered by {@link OutputSoFar} and then {@link CellEnded}. */
    record Interrupt(int repl, long run) implements ToRepl {}

    /** Answers {@link Query} or {@link AskChildren}: one reply for each prompt or question, in order; or {@link Publish}, {@link HistoryQuery} or {@link CallFunction}: one. */
    record Replies(long call, List<Reply> replies) implements ToWorker {}

    /** One slot of {@link Replies}: a sub-model's reply, or why there is none. */
    record Reply(boolean answered, String text) {}

    /** Answers {@link BudgetQuery} with a JSON object. */
    record Budget(long call, String json) implements ToWorker {}

    /** Asks for {@link Variables}. */
    record ListVariables(int repl) implements ToRepl {}

    /** Asks for a variable; answered by {@link VariableValue} or {@link Refused}. */
    record ReadVariable(int repl, String name) implements ToRepl {}

    /** The first frame of a worker: it is warm. */
    record Ready(int version) implements FromWorker {}

    /** The context of a REPL is open. */
    record Opened(int repl, long characters) implements FromRepl {}

    /** A REPL is gone; nothing comes from it any more. */
    record Closed(int repl) implements FromRepl {}

    /** The most characters of an error, a reason, or a variable's name, type or preview. */
    int MOST_LINE_CHARACTERS = 6_000;

    /** A request to a REPL could not be done; a sentence says why. */
    record Refused(int repl, String reason) implements FromRepl {}

    /**
     * A cell asks sub-models.
     *
     * @param repl the REPL's number
     * @param call a number that no other call has at the time
     * @param prompts at most {@value #MOST_PROMPTS}
     * @param clocks what clocks have said in the cell since it last asked, which is needed to run it again if it never
     *     comes to its end; only workers read it, at most {@value Traces#MOST_CLOCK_CHARACTERS} characters
     * @param schema the JSON Schema that each reply must fit, at most {@value #MOST_SCHEMA} characters, or null if a reply
     *     may be any text
     * @param images for each prompt the images that go with it, by the numbers of their documents in the task's context,
     *     at most {@value #MOST_IMAGES}; empty if none goes with any
     */
    record Query(
            int repl,
            long call,
            List<String> prompts,
            String clocks,
            @Nullable String schema,
            List<List<Integer>> images)
            implements FromRepl {
        /** The most prompts of one call. */
        public static final int MOST_PROMPTS = 10_000;

        /** The most images of one prompt. */
        public static final int MOST_IMAGES = 20;

        /** The most characters of a schema. */
        public static final int MOST_SCHEMA = 100_000;

        /** Prompts whose replies may be any text. */
        public Query(int repl, long call, List<String> prompts, String clocks) {
            this(repl, call, prompts, clocks, null, List.of());
        }
    }

    /**
     * A cell asks child questions, each over a context of its own.
     *
     * @param repl the REPL's number
     * @param call a number that no other call has at the time
     * @param questions at most {@value #MOST_QUESTIONS}
     * @param clocks as that of {@link Query}
     */
    record AskChildren(int repl, long call, List<ChildQuestion> questions, String clocks) implements FromRepl {
        /** The most questions of one call. */
        public static final int MOST_QUESTIONS = 1_000;
    }

    /**
     * A question of {@link AskChildren}. Its context is parts of the asking REPL's context, or texts.
     *
     * @param text the question, at most {@value #MOST_CHARACTERS} characters
     * @param ranges the parts, if it is these
     * @param texts the texts, if it is these
     * @param about what the child is told of its context
     * @param schema the JSON Schema that the answer must fit, at most {@value Query#MOST_SCHEMA} characters, or null if it
     *     may be anything
     */
    record ChildQuestion(
            String text,
            List<Range> ranges,
            List<NamedText> texts,
            ContextFacts about,
            @Nullable String schema) {
        /** The most characters of a question. */
        public static final int MOST_CHARACTERS = 100_000;

        /** The most parts or texts of a context. */
        public static final int MOST_PARTS = 10_000;
    }

    /** A text and its name. */
    record NamedText(String name, String text) {}

    /**
     * What is known about a context without reading it.
     *
     * @param characters its length
     * @param documents how many documents it has
     * @param first the first of them, at most {@value #MOST_LISTED}
     * @param preview how it starts, at most {@value #PREVIEW} characters
     */
    record ContextFacts(long characters, int documents, List<DocumentFacts> first, String preview) {
        /** The most documents that are listed. */
        public static final int MOST_LISTED = 40;

        /** The most characters of a preview. */
        public static final int PREVIEW = 500;
    }

    /** A document: its name, its characters and its lines. */
    record DocumentFacts(String name, long characters, long lines) {}

    /**
     * A cell publishes what it has so far; answered by one of {@link Replies}, which tells why if it is not taken.
     *
     * @param repl the REPL's number
     * @param call a number that no other call has at the time
     * @param value what it has
     * @param clocks as that of {@link Query}
     */
    record Publish(int repl, long call, Value value, String clocks) implements FromRepl {}

    /**
     * A cell calls a function that was offered; answered by one of {@link Replies}: a JSON value, or why there is none.
     *
     * @param repl the REPL's number
     * @param call a number that no other call has at the time
     * @param function its name, at most {@value #MOST_NAME} characters
     * @param arguments a JSON object, at most {@value #MOST_ARGUMENTS} characters
     * @param clocks as that of {@link Query}
     */
    record CallFunction(int repl, long call, String function, String arguments, String clocks) implements FromRepl {
        /** The most characters of a name. */
        public static final int MOST_NAME = 200;

        /** The most characters of arguments. */
        public static final int MOST_ARGUMENTS = 1_000_000;
    }

    /** A cell asks for the turns before it; answered by one of {@link Replies}, a JSON array. */
    record HistoryQuery(int repl, long call) implements FromRepl {}

    /**
     * A part of the documents of the task's context: from a place in one of them to before a place in another or the same,
     * with all of those between. Documents count from 0, places in UTF-16 units from the start of their document.
     */
    record Part(int document, int start, int lastDocument, int end) {
        /** The most parts of a list. */
        public static final int MOST = 10_000;
    }

    /**
     * What a prompt holds of the task's context.
     *
     * @param parts the parts, at most {@value #MOST_PARTS}
     * @param complete whether these are all that was found
     */
    record PromptParts(List<Part> parts, boolean complete) {
        /** The most parts of a prompt. */
        public static final int MOST_PARTS = 64;
    }

    /**
     * What the prompts of a {@link Query} hold of the task's context; comes before that, if it is known.
     *
     * @param repl the REPL's number
     * @param call the number of the query to come
     * @param prompts for each of its prompts, in order
     */
    record PromptsLocated(int repl, long call, List<PromptParts> prompts) implements FromRepl {}

    /**
     * What a cell has brought to light; comes before its {@link CellEnded}, if there is something.
     *
     * @param repl the REPL's number
     * @param run the run's number
     * @param shown what its output holds of the task's context
     * @param scanned what searches went through
     * @param citations what it cited of the task's context, at most {@value Citation#MOST}
     */
    record CellObserved(int repl, long run, List<Part> shown, List<Part> scanned, List<Citation> citations)
            implements FromRepl {}

    /**
     * A passage that a cell cited.
     *
     * @param document the document's name
     * @param line its first line, from 1
     * @param lastLine its last line
     * @param quote its text, at most {@value #MOST_CHARACTERS} characters
     * @param cut whether it goes on after the quote
     */
    record Citation(String document, long line, long lastLine, String quote, boolean cut) {
        /** The most citations of a cell. */
        public static final int MOST = 1_000;

        /** The most characters of a quote. */
        public static final int MOST_CHARACTERS = 2_000;
    }

    /** A cell asks what is left. */
    record BudgetQuery(int repl, long call) implements FromRepl {}

    /** What a cell that is being stopped has printed, in case that it must be killed. */
    record OutputSoFar(int repl, long run, Output output) implements FromRepl {}

    /**
     * A cell has ended.
     *
     * @param repl the REPL's number
     * @param run the run's number
     * @param ending how it ended
     * @param output what it printed
     * @param error the last line of its traceback, or null
     * @param value the final value it handed over, or null
     * @param traces what is needed to run it again
     */
    record CellEnded(
            int repl,
            long run,
            Ending ending,
            Output output,
            @Nullable String error,
            @Nullable Value value,
            Traces traces)
            implements FromRepl {}

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
    record HandedOver(int repl, long run, Value value) implements FromRepl {}

    /** How a cell ended. */
    enum Ending {
        DONE,
        FAILED,
        STOPPED
    }

    /** Bounded output, and how many characters it had before it was cut. */
    record Output(String text, long characters) {}

    /** The assigned variables, most recent first, at most {@value #MOST}. */
    record Variables(int repl, List<Variable> variables) implements FromRepl {
        /** The most variables that are listed. */
        public static final int MOST = 1_000;
    }

    /** A variable: name, type, length or -1, start of its repr. */
    record Variable(String name, String type, long size, String preview) {}

    /** A value as text and as JSON. */
    record Value(String text, String json) {}

    /** A variable that was asked for. */
    record VariableValue(int repl, Value value) implements FromRepl {}
}
