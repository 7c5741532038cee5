package dev.rlm.sandbox.protocol;

import dev.rlm.sandbox.protocol.Frame.*;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How each frame is written and read. */
final class FrameCodec {
    private static final int OPEN = 1;
    private static final int RUN = 2;
    private static final int INTERRUPT = 3;
    private static final int REPLIES = 4;
    private static final int BUDGET = 5;
    private static final int LIST_VARIABLES = 6;
    private static final int READ_VARIABLE = 7;
    private static final int CONTENTS = 8;
    private static final int OPEN_SLICES = 9;
    private static final int CLOSE_REPL = 10;
    private static final int READY = 65;
    private static final int OPENED = 66;
    private static final int REFUSED = 67;
    private static final int QUERY = 68;
    private static final int BUDGET_QUERY = 69;
    private static final int OUTPUT_SO_FAR = 70;
    private static final int CELL_ENDED = 71;
    private static final int VARIABLES = 72;
    private static final int VALUE = 73;
    private static final int HANDED_OVER = 74;
    private static final int CLOSED = 75;

    private FrameCodec() {}

    static void encode(Frame frame, EncodedFrame to) throws IOException {
        switch (frame) {
            case ToWorker request -> encodeRequest(request, to);
            case FromWorker answer -> encodeAnswer(answer, to);
        }
    }

    private static void encodeRequest(ToWorker frame, EncodedFrame to) throws IOException {
        switch (frame) {
            case Open(int repl, var documents) -> {
                to.kind(OPEN, repl);
                to.list(documents, document -> {
                    to.text(document.name());
                    to.number(document.bytes());
                });
            }
            case Contents(int repl, ByteBuffer bytes) -> {
                to.kind(CONTENTS, repl);
                to.bytes(bytes);
            }
            case OpenSlices(int repl, int parent, var ranges) -> {
                to.kind(OPEN_SLICES, repl);
                to.number(parent);
                to.list(ranges, range -> {
                    to.number(range.start());
                    to.number(range.end());
                });
            }
            case CloseRepl(int repl) -> to.kind(CLOSE_REPL, repl);
            case Run(int repl, long run, int cell, String code, int outputLimit, long seed, String clocks) -> {
                to.kind(RUN, repl);
                to.number(run);
                to.number(cell);
                to.text(code);
                to.number(outputLimit);
                to.number(seed);
                to.optionalText(clocks);
            }
            case Interrupt(int repl, long run) -> {
                to.kind(INTERRUPT, repl);
                to.number(run);
            }
            case Replies(long call, var replies) -> {
                to.kind(REPLIES);
                to.number(call);
                to.list(replies, reply -> {
                    to.flag(reply.answered());
                    to.text(reply.text());
                });
            }
            case Budget(long call, String json) -> {
                to.kind(BUDGET);
                to.number(call);
                to.text(json);
            }
            case ListVariables(int repl) -> to.kind(LIST_VARIABLES, repl);
            case ReadVariable(int repl, String name) -> {
                to.kind(READ_VARIABLE, repl);
                to.text(name);
            }
        }
    }

    private static void encodeAnswer(FromWorker frame, EncodedFrame to) throws IOException {
        switch (frame) {
            case Ready(int version) -> {
                to.kind(READY);
                to.number(version);
            }
            case Opened(int repl, long characters) -> {
                to.kind(OPENED, repl);
                to.number(characters);
            }
            case Closed(int repl) -> to.kind(CLOSED, repl);
            case Refused(int repl, String reason) -> {
                to.kind(REFUSED, repl);
                to.text(reason);
            }
            case Query(int repl, long call, var prompts, String clocks) -> {
                to.kind(QUERY, repl);
                to.number(call);
                to.list(prompts, to::text);
                to.text(clocks);
            }
            case BudgetQuery(int repl, long call) -> {
                to.kind(BUDGET_QUERY, repl);
                to.number(call);
            }
            case OutputSoFar(int repl, long run, Output output) -> {
                to.kind(OUTPUT_SO_FAR, repl);
                to.number(run);
                encode(output, to);
            }
            case CellEnded(
                    int repl,
                    long run,
                    Ending ending,
                    Output output,
                    String error,
                    Value value,
                    Traces traces) -> {
                to.kind(CELL_ENDED, repl);
                to.number(run);
                to.text(ending.name());
                encode(output, to);
                to.optionalText(error);
                to.optionalText(value == null ? null : value.text());
                to.optionalText(value == null ? null : value.json());
                to.text(traces.clocks());
                to.list(traces.assigned(), to::text);
                to.list(traces.read(), to::text);
            }
            case HandedOver(int repl, long run, Value value) -> {
                to.kind(HANDED_OVER, repl);
                to.number(run);
                encode(value, to);
            }
            case Variables(int repl, var variables) -> {
                to.kind(VARIABLES, repl);
                to.list(variables, variable -> {
                    to.text(variable.name());
                    to.text(variable.type());
                    to.number(variable.size());
                    to.text(variable.preview());
                });
            }
            case VariableValue(int repl, Value value) -> {
                to.kind(VALUE, repl);
                encode(value, to);
            }
        }
    }

    private static void encode(Value value, EncodedFrame to) throws IOException {
        to.text(value.text());
        to.text(value.json());
    }

    private static void encode(Output output, EncodedFrame to) throws IOException {
        to.text(output.text());
        to.number(output.characters());
    }

    /** The type of the frames of a kind. */
    static Class<? extends Frame> type(int kind) throws ProtocolException {
        return switch (kind) {
            case OPEN -> Open.class;
            case CONTENTS -> Contents.class;
            case RUN -> Run.class;
            case INTERRUPT -> Interrupt.class;
            case REPLIES -> Replies.class;
            case BUDGET -> Budget.class;
            case LIST_VARIABLES -> ListVariables.class;
            case READ_VARIABLE -> ReadVariable.class;
            case READY -> Ready.class;
            case OPENED -> Opened.class;
            case REFUSED -> Refused.class;
            case QUERY -> Query.class;
            case BUDGET_QUERY -> BudgetQuery.class;
            case OUTPUT_SO_FAR -> OutputSoFar.class;
            case CELL_ENDED -> CellEnded.class;
            case VARIABLES -> Variables.class;
            case VALUE -> VariableValue.class;
            case HANDED_OVER -> HandedOver.class;
            case OPEN_SLICES -> OpenSlices.class;
            case CLOSE_REPL -> CloseRepl.class;
            case CLOSED -> Closed.class;
            default -> throw new ProtocolException("A frame is of the unknown kind " + kind + ".");
        };
    }

    static Frame decode(int kind, ReceivedFrame from) throws ProtocolException {
        Frame frame = switch (kind) {
            case OPEN -> new Open(from.smallNumber(), from.list(() -> new DocumentHead(from.text(), from.number())));
            case CONTENTS -> new Contents(from.smallNumber(), from.bytes());
            case OPEN_SLICES ->
                new OpenSlices(
                        from.smallNumber(),
                        from.smallNumber(),
                        from.list(() -> new Range(from.number(), from.number())));
            case CLOSE_REPL -> new CloseRepl(from.smallNumber());
            case RUN ->
                new Run(
                        from.smallNumber(),
                        from.number(),
                        from.smallNumber(),
                        from.text(),
                        from.smallNumber(),
                        from.number(),
                        from.optionalText());
            case INTERRUPT -> new Interrupt(from.smallNumber(), from.number());
            case REPLIES -> new Replies(from.number(), from.list(() -> new Reply(from.flag(), from.text())));
            case BUDGET -> new Budget(from.number(), from.text());
            case LIST_VARIABLES -> new ListVariables(from.smallNumber());
            case READ_VARIABLE -> new ReadVariable(from.smallNumber(), from.text());
            case READY -> new Ready(from.smallNumber());
            case OPENED -> new Opened(from.smallNumber(), from.length(0));
            case CLOSED -> new Closed(from.smallNumber());
            case REFUSED -> new Refused(from.smallNumber(), from.line());
            case QUERY ->
                new Query(
                        from.smallNumber(),
                        from.number(),
                        from.list(Query.MOST_PROMPTS, from::text),
                        from.text(Traces.MOST_CLOCK_CHARACTERS));
            case BUDGET_QUERY -> new BudgetQuery(from.smallNumber(), from.number());
            case OUTPUT_SO_FAR -> new OutputSoFar(from.smallNumber(), from.number(), output(from));
            case CELL_ENDED -> cellEnded(from);
            case VARIABLES ->
                new Variables(
                        from.smallNumber(),
                        from.list(
                                Variables.MOST,
                                () -> new Variable(from.line(), from.line(), from.length(-1), from.line())));
            case VALUE -> new VariableValue(from.smallNumber(), value(from));
            case HANDED_OVER -> new HandedOver(from.smallNumber(), from.number(), value(from));
            default -> throw new ProtocolException("A frame is of the unknown kind " + kind + ".");
        };
        from.end();
        return frame;
    }

    private static CellEnded cellEnded(ReceivedFrame from) throws ProtocolException {
        int repl = from.smallNumber();
        long run = from.number();
        Ending ending = ending(from.line());
        Output output = output(from);
        String error = from.optionalLine();
        Value value = value(from.optionalText(), from.optionalText());
        Traces traces = new Traces(
                from.text(Traces.MOST_CLOCK_CHARACTERS),
                from.list(Traces.MOST_NAMES, from::line),
                from.list(Traces.MOST_NAMES, from::line));
        return new CellEnded(repl, run, ending, output, error, value, traces);
    }

    private static Ending ending(String name) throws ProtocolException {
        for (Ending ending : Ending.values()) {
            if (ending.name().equals(name)) {
                return ending;
            }
        }
        throw new ProtocolException("A cell is said to have ended in an unknown way.");
    }

    private static Value value(ReceivedFrame from) throws ProtocolException {
        return new Value(from.text(), from.text());
    }

    private static @Nullable Value value(@Nullable String text, @Nullable String json) throws ProtocolException {
        if (text == null && json == null) {
            return null;
        }
        if (text == null || json == null) {
            throw new ProtocolException("A final value is said to have one form of two.");
        }
        return new Value(text, json);
    }

    private static Output output(ReceivedFrame from) throws ProtocolException {
        return new Output(from.text(), from.length(0));
    }
}
