package dev.rlm.sandbox.protocol;

import dev.rlm.sandbox.protocol.Frame.*;

/** The numbers by which kinds of frames are known; those of the server are below 64, those of workers above. */
final class FrameKind {
    static final int OPEN = 1;
    static final int RUN = 2;
    static final int INTERRUPT = 3;
    static final int REPLIES = 4;
    static final int BUDGET = 5;
    static final int LIST_VARIABLES = 6;
    static final int READ_VARIABLE = 7;
    static final int CONTENTS = 8;
    static final int OPEN_SLICES = 9;
    static final int CLOSE_REPL = 10;
    static final int OFFER_FUNCTIONS = 11;
    static final int READY = 65;
    static final int OPENED = 66;
    static final int REFUSED = 67;
    static final int QUERY = 68;
    static final int BUDGET_QUERY = 69;
    static final int OUTPUT_SO_FAR = 70;
    static final int CELL_ENDED = 71;
    static final int VARIABLES = 72;
    static final int VALUE = 73;
    static final int HANDED_OVER = 74;
    static final int CLOSED = 75;
    static final int ASK_CHILDREN = 76;
    static final int PUBLISH = 77;
    static final int HISTORY_QUERY = 78;
    static final int PROMPTS_LOCATED = 80;
    static final int CELL_OBSERVED = 81;
    static final int CALL_FUNCTION = 82;

    private FrameKind() {}

    /** The type of the frames of a kind. */
    static Class<? extends Frame> type(int kind) throws ProtocolException {
        return switch (kind) {
            case OPEN -> Open.class;
            case OFFER_FUNCTIONS -> OfferFunctions.class;
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
            case ASK_CHILDREN -> AskChildren.class;
            case PROMPTS_LOCATED -> PromptsLocated.class;
            case CELL_OBSERVED -> CellObserved.class;
            case BUDGET_QUERY -> BudgetQuery.class;
            case OUTPUT_SO_FAR -> OutputSoFar.class;
            case CELL_ENDED -> CellEnded.class;
            case VARIABLES -> Variables.class;
            case VALUE -> VariableValue.class;
            case HANDED_OVER -> HandedOver.class;
            case OPEN_SLICES -> OpenSlices.class;
            case CLOSE_REPL -> CloseRepl.class;
            case CLOSED -> Closed.class;
            case PUBLISH -> Publish.class;
            case HISTORY_QUERY -> HistoryQuery.class;
            case CALL_FUNCTION -> CallFunction.class;
            default -> throw new ProtocolException("A frame is of the unknown kind " + kind + ".");
        };
    }
}
