package dev.rlm.budget;

/**
 * What answering a question has used so far.
 *
 * @param turns calls of the root model that were answered
 * @param subCalls sub-calls that were made, answered or not
 * @param root what the root model used
 * @param sub what the sub-calls used
 */
public record Spending(int turns, int subCalls, Charge root, Charge sub) {

    /** Nothing spent. */
    public static final Spending NONE = new Spending(0, 0, Charge.NONE, Charge.NONE);

    /** What root model and sub-calls used together. */
    public Charge total() {
        return root.plus(sub);
    }

    /** This spending and one more turn. */
    public Spending withTurn(Charge charge) {
        return new Spending(turns + 1, subCalls, root.plus(charge), sub);
    }

    /** This spending and one more call of the root model that is no turn. */
    public Spending withCallBeside(Charge charge) {
        return new Spending(turns, subCalls, root.plus(charge), sub);
    }

    /** This spending and one more sub-call. */
    public Spending withSubCall(Charge charge) {
        return new Spending(turns, subCalls + 1, root, sub.plus(charge));
    }
}
