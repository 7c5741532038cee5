package dev.rlm.search;

/** Finds one occurrence after the other in one text. Not thread-safe. */
interface Finder {

    /**
     * Goes to the first occurrence at or after a position.
     *
     * @return whether there is one
     * @throws InterruptedException if the thread was interrupted, also in the middle of a long text
     */
    boolean find(int from) throws InterruptedException;

    /** Where the occurrence starts. */
    int start();

    /** Where it ends, exclusive. */
    int end();
}
