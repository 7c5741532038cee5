package dev.rlm.sandbox;

/**
 * A call of an {@linkplain OfferedFunction offered function} by the code of a cell.
 *
 * @param function its name, not to be trusted
 * @param arguments a JSON object with its keys in order, not to be trusted either
 */
public record FunctionCall(String function, String arguments) {

    /**
     * A text that is the same for equal calls, and never the same as that of others, as a prompt of a sub-call or as a
     * {@link ChildQuestion#identity}, but for one made to be.
     */
    public String identity() {
        return "function call\0" + function + '\0' + arguments;
    }
}
