package dev.rlm.sandbox.protocol;

import static dev.rlm.sandbox.protocol.FrameKind.*;

import dev.rlm.sandbox.protocol.Frame.*;
import org.jspecify.annotations.Nullable;

/** How each frame is read. What comes need not be a frame at all. */
final class FrameDecoder {

    private FrameDecoder() {}

    static Frame decode(int kind, ReceivedFrame from) throws ProtocolException {
        Frame frame = switch (kind) {
            case OPEN ->
                new Open(
                        from.smallNumber(),
                        from.list(() -> new DocumentHead(from.text(), from.number(), from.optionalText())));
            case OFFER_FUNCTIONS -> new OfferFunctions(from.list(() -> function(from)));
            case CONTENTS -> new Contents(from.smallNumber(), from.bytes());
            case OPEN_SLICES -> new OpenSlices(from.smallNumber(), from.smallNumber(), from.list(() -> range(from)));
            case CLOSE_REPL -> new CloseRepl(from.smallNumber());
            case RUN ->
                new Run(
                        from.smallNumber(),
                        from.number(),
                        from.smallNumber(),
                        from.text(),
                        from.smallNumber(),
                        from.number(),
                        from.smallNumber(),
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
            case QUERY -> query(from);
            case ASK_CHILDREN ->
                new AskChildren(
                        from.smallNumber(),
                        from.number(),
                        from.list(AskChildren.MOST_QUESTIONS, () -> childQuestion(from)),
                        from.text(Traces.MOST_CLOCK_CHARACTERS));
            case PROMPTS_LOCATED ->
                new PromptsLocated(
                        from.smallNumber(),
                        from.number(),
                        from.list(
                                Query.MOST_PROMPTS,
                                () -> new PromptParts(
                                        from.list(PromptParts.MOST_PARTS, () -> part(from)), from.flag())));
            case CELL_OBSERVED ->
                new CellObserved(
                        from.smallNumber(),
                        from.number(),
                        from.list(Part.MOST, () -> part(from)),
                        from.list(Part.MOST, () -> part(from)),
                        from.list(Citation.MOST, () -> citation(from)));
            case BUDGET_QUERY -> new BudgetQuery(from.smallNumber(), from.number());
            case PUBLISH ->
                new Publish(from.smallNumber(), from.number(), value(from), from.text(Traces.MOST_CLOCK_CHARACTERS));
            case HISTORY_QUERY -> new HistoryQuery(from.smallNumber(), from.number());
            case CALL_FUNCTION ->
                new CallFunction(
                        from.smallNumber(),
                        from.number(),
                        from.text(CallFunction.MOST_NAME),
                        from.text(CallFunction.MOST_ARGUMENTS),
                        from.text(Traces.MOST_CLOCK_CHARACTERS));
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

    private static ChildQuestion childQuestion(ReceivedFrame from) throws ProtocolException {
        return new ChildQuestion(
                from.text(ChildQuestion.MOST_CHARACTERS),
                from.list(ChildQuestion.MOST_PARTS, () -> range(from)),
                from.list(ChildQuestion.MOST_PARTS, () -> new NamedText(from.line(), from.text())),
                new ContextFacts(
                        from.length(0),
                        from.smallNumber(),
                        from.list(
                                ContextFacts.MOST_LISTED,
                                () -> new DocumentFacts(from.line(), from.length(0), from.length(0))),
                        from.text(ContextFacts.PREVIEW)),
                from.optionalText(Query.MOST_SCHEMA));
    }

    private static Query query(ReceivedFrame from) throws ProtocolException {
        Query query = new Query(
                from.smallNumber(),
                from.number(),
                from.list(Query.MOST_PROMPTS, from::text),
                from.text(Traces.MOST_CLOCK_CHARACTERS),
                from.optionalText(Query.MOST_SCHEMA),
                from.list(Query.MOST_PROMPTS, () -> from.list(Query.MOST_IMAGES, from::smallNumber)));
        if (!query.images().isEmpty()
                && query.images().size() != query.prompts().size()) {
            throw new ProtocolException("A query has images for other prompts than it has.");
        }
        return query;
    }

    private static Function function(ReceivedFrame from) throws ProtocolException {
        return new Function(
                from.text(),
                from.text(),
                from.list(() -> new Parameter(from.text(), from.text(), from.text(), from.flag())),
                from.flag());
    }

    private static Part part(ReceivedFrame from) throws ProtocolException {
        return new Part(from.smallNumber(), from.smallNumber(), from.smallNumber(), from.smallNumber());
    }

    private static Citation citation(ReceivedFrame from) throws ProtocolException {
        return new Citation(
                from.line(), from.length(1), from.length(1), from.text(Citation.MOST_CHARACTERS), from.flag());
    }

    private static Range range(ReceivedFrame from) throws ProtocolException {
        return new Range(from.number(), from.number());
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
