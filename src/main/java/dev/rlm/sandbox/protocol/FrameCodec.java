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
    private static final int READY = 65;
    private static final int OPENED = 66;
    private static final int REFUSED = 67;
    private static final int QUERY = 68;
    private static final int BUDGET_QUERY = 69;
    private static final int OUTPUT_SO_FAR = 70;
    private static final int CELL_ENDED = 71;
    private static final int VARIABLES = 72;
    private static final int VALUE = 73;

    private FrameCodec() {}

    static void encode(Frame frame, EncodedFrame to) throws IOException {
        switch (frame) {
            case ToWorker request -> encodeRequest(request, to);
            case FromWorker answer -> encodeAnswer(answer, to);
        }
    }

    private static void encodeRequest(ToWorker frame, EncodedFrame to) throws IOException {
        switch (frame) {
            case Open(var documents) -> {
                to.kind(OPEN);
                to.list(documents, document -> {
                    to.text(document.name());
                    to.number(document.bytes());
                });
            }
            case Contents(ByteBuffer bytes) -> {
                to.kind(CONTENTS);
                to.bytes(bytes);
            }
            case Run(long run, int cell, String code, int outputLimit) -> {
                to.kind(RUN);
                to.number(run);
                to.number(cell);
                to.text(code);
                to.number(outputLimit);
            }
            case Interrupt(long run) -> {
                to.kind(INTERRUPT);
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
            case ListVariables() -> to.kind(LIST_VARIABLES);
            case ReadVariable(String name) -> {
                to.kind(READ_VARIABLE);
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
            case Opened(long characters) -> {
                to.kind(OPENED);
                to.number(characters);
            }
            case Refused(String reason) -> {
                to.kind(REFUSED);
                to.text(reason);
            }
            case Query(long call, var prompts) -> {
                to.kind(QUERY);
                to.number(call);
                to.list(prompts, to::text);
            }
            case BudgetQuery(long call) -> {
                to.kind(BUDGET_QUERY);
                to.number(call);
            }
            case OutputSoFar(long run, Output output) -> {
                to.kind(OUTPUT_SO_FAR);
                to.number(run);
                encode(output, to);
            }
            case CellEnded(long run, Ending ending, Output output, String error, Value value) -> {
                to.kind(CELL_ENDED);
                to.number(run);
                to.text(ending.name());
                encode(output, to);
                to.optionalText(error);
                to.optionalText(value == null ? null : value.text());
                to.optionalText(value == null ? null : value.json());
            }
            case Variables(var variables) -> {
                to.kind(VARIABLES);
                to.list(variables, variable -> {
                    to.text(variable.name());
                    to.text(variable.type());
                    to.number(variable.size());
                    to.text(variable.preview());
                });
            }
            case Value(String text, String json) -> {
                to.kind(VALUE);
                to.text(text);
                to.text(json);
            }
        }
    }

    private static void encode(Output output, EncodedFrame to) throws IOException {
        to.text(output.text());
        to.number(output.characters());
    }

    static Frame decode(ReceivedFrame from) throws ProtocolException {
        int kind = from.kind();
        Frame frame = switch (kind) {
            case OPEN -> new Open(from.list(() -> new DocumentHead(from.text(), from.number())));
            case CONTENTS -> new Contents(from.bytes());
            case RUN -> new Run(from.number(), from.smallNumber(), from.text(), from.smallNumber());
            case INTERRUPT -> new Interrupt(from.number());
            case REPLIES -> new Replies(from.number(), from.list(() -> new Reply(from.flag(), from.text())));
            case BUDGET -> new Budget(from.number(), from.text());
            case LIST_VARIABLES -> new ListVariables();
            case READ_VARIABLE -> new ReadVariable(from.text());
            case READY -> new Ready(from.smallNumber());
            case OPENED -> new Opened(from.number());
            case REFUSED -> new Refused(from.text());
            case QUERY -> new Query(from.number(), from.list(from::text));
            case BUDGET_QUERY -> new BudgetQuery(from.number());
            case OUTPUT_SO_FAR -> new OutputSoFar(from.number(), output(from));
            case CELL_ENDED -> cellEnded(from);
            case VARIABLES ->
                new Variables(from.list(() -> new Variable(from.text(), from.text(), from.number(), from.text())));
            case VALUE -> new Value(from.text(), from.text());
            default -> throw new ProtocolException("A frame is of the unknown kind " + kind + ".");
        };
        from.end();
        return frame;
    }

    private static CellEnded cellEnded(ReceivedFrame from) throws ProtocolException {
        long run = from.number();
        Ending ending = ending(from.text());
        Output output = output(from);
        String error = from.optionalText();
        return new CellEnded(run, ending, output, error, value(from.optionalText(), from.optionalText()));
    }

    private static Ending ending(String name) throws ProtocolException {
        for (Ending ending : Ending.values()) {
            if (ending.name().equals(name)) {
                return ending;
            }
        }
        throw new ProtocolException("A cell is said to have ended in an unknown way.");
    }

    private static @Nullable Value value(@Nullable String text, @Nullable String json) {
        return text == null || json == null ? null : new Value(text, json);
    }

    private static Output output(ReceivedFrame from) throws ProtocolException {
        return new Output(from.text(), from.number());
    }
}
