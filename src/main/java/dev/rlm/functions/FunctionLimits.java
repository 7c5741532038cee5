package dev.rlm.functions;

/**
 * What one task may call.
 *
 * @param calls how often, all functions and all children together, at least 1
 * @param parallel how many calls at a time, at least 1
 */
public record FunctionLimits(int calls, int parallel) {

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public FunctionLimits {
        if (calls < 1 || parallel < 1) {
            throw new IllegalArgumentException("At least 1 call of functions, and 1 at a time, must be allowed.");
        }
    }
}
