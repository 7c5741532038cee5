package dev.rlm.sandbox.protocol;

import static dev.rlm.sandbox.protocol.FrameKind.*;

import dev.rlm.sandbox.protocol.Frame.*;
import java.io.IOException;
import java.nio.ByteBuffer;

/** How each frame is written. */
final class FrameEncoder {

    private FrameEncoder() {}

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
                    to.optionalText(document.mediaType());
                });
            }
            case OfferFunctions(var functions) -> {
                to.kind(OFFER_FUNCTIONS);
                to.list(functions, function -> encode(function, to));
            }
            case Contents(int repl, ByteBuffer bytes) -> {
                to.kind(CONTENTS, repl);
                to.bytes(bytes);
            }
            case OpenSlices(int repl, int parent, var ranges) -> {
                to.kind(OPEN_SLICES, repl);
                to.number(parent);
                to.list(ranges, range -> encode(range, to));
            }
            case CloseRepl(int repl) -> to.kind(CLOSE_REPL, repl);
            case Run(
                    int repl,
                    long run,
                    int cell,
                    String code,
                    int outputLimit,
                    long seed,
                    int levels,
                    String clocks) -> {
                to.kind(RUN, repl);
                to.number(run);
                to.number(cell);
                to.text(code);
                to.number(outputLimit);
                to.number(seed);
                to.number(levels);
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
            case Query(int repl, long call, var prompts, String clocks, String schema, var images) -> {
                to.kind(QUERY, repl);
                to.number(call);
                to.list(prompts, to::text);
                to.text(clocks);
                to.optionalText(schema);
                to.list(images, ofPrompt -> to.list(ofPrompt, image -> to.number(image)));
            }
            case AskChildren(int repl, long call, var questions, String clocks) -> {
                to.kind(ASK_CHILDREN, repl);
                to.number(call);
                to.list(questions, question -> encode(question, to));
                to.text(clocks);
            }
            case PromptsLocated(int repl, long call, var prompts) -> {
                to.kind(PROMPTS_LOCATED, repl);
                to.number(call);
                to.list(prompts, prompt -> {
                    to.list(prompt.parts(), part -> encode(part, to));
                    to.flag(prompt.complete());
                });
            }
            case CellObserved(int repl, long run, var shown, var scanned, var citations) -> {
                to.kind(CELL_OBSERVED, repl);
                to.number(run);
                to.list(shown, part -> encode(part, to));
                to.list(scanned, part -> encode(part, to));
                to.list(citations, citation -> encode(citation, to));
            }
            case BudgetQuery(int repl, long call) -> {
                to.kind(BUDGET_QUERY, repl);
                to.number(call);
            }
            case Publish(int repl, long call, Value value, String clocks) -> {
                to.kind(PUBLISH, repl);
                to.number(call);
                encode(value, to);
                to.text(clocks);
            }
            case HistoryQuery(int repl, long call) -> {
                to.kind(HISTORY_QUERY, repl);
                to.number(call);
            }
            case CallFunction(int repl, long call, String function, String arguments, String clocks) -> {
                to.kind(CALL_FUNCTION, repl);
                to.number(call);
                to.text(function);
                to.text(arguments);
                to.text(clocks);
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

    private static void encode(ChildQuestion question, EncodedFrame to) throws IOException {
        to.text(question.text());
        to.list(question.ranges(), range -> encode(range, to));
        to.list(question.texts(), text -> {
            to.text(text.name());
            to.text(text.text());
        });
        ContextFacts about = question.about();
        to.number(about.characters());
        to.number(about.documents());
        to.list(about.first(), document -> {
            to.text(document.name());
            to.number(document.characters());
            to.number(document.lines());
        });
        to.text(about.preview());
        to.optionalText(question.schema());
    }

    private static void encode(Function function, EncodedFrame to) throws IOException {
        to.text(function.name());
        to.text(function.documentation());
        to.list(function.parameters(), parameter -> {
            to.text(parameter.name());
            to.text(parameter.key());
            to.text(parameter.type());
            to.flag(parameter.required());
        });
        to.flag(function.open());
    }

    private static void encode(Part part, EncodedFrame to) throws IOException {
        to.number(part.document());
        to.number(part.start());
        to.number(part.lastDocument());
        to.number(part.end());
    }

    private static void encode(Citation citation, EncodedFrame to) throws IOException {
        to.text(citation.document());
        to.number(citation.line());
        to.number(citation.lastLine());
        to.text(citation.quote());
        to.flag(citation.cut());
    }

    private static void encode(Range range, EncodedFrame to) throws IOException {
        to.number(range.start());
        to.number(range.end());
    }

    private static void encode(Value value, EncodedFrame to) throws IOException {
        to.text(value.text());
        to.text(value.json());
    }

    private static void encode(Output output, EncodedFrame to) throws IOException {
        to.text(output.text());
        to.number(output.characters());
    }
}
