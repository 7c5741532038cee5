package dev.rlm.functions;

/** What a call came to. */
public sealed interface CallOutcome {

    /** The function's result, a JSON value; text is a JSON string. */
    record Value(String json) implements CallOutcome {}

    /** Why there is no result: a sentence for the code's author, the function's own if it gave one. */
    record Failure(String reason) implements CallOutcome {}
}
