package dev.rlm.eval;

/** Who answers the questions of an evaluation. Thread-safe. */
public interface Respondent {

    /** Begins with an item. Nothing is loaded before it is needed. */
    Sitting open(Item item);

    /** An item whose context is at hand while it is open. Thread-safe. */
    interface Sitting extends AutoCloseable {

        /**
         * The fingerprint of the item and the content of its files.
         *
         * @throws EvalException if the files cannot be loaded
         */
        String fingerprint() throws EvalException, InterruptedException;

        /**
         * Asks the item's question once, and waits for the end.
         *
         * @param arm the way in which it is asked
         * @throws EvalException if nothing can be asked in this way
         */
        Outcome ask(String arm) throws EvalException, InterruptedException;

        @Override
        void close();
    }
}
