package dev.rlm.engine;

/**
 * What the root model is told about one cell.
 *
 * @param text the cell's output as the root model sees it
 * @param failed whether it raised an exception or was stopped
 */
record CellOutput(String text, boolean failed) {

    static final CellOutput NOT_RUN = new CellOutput("[not run: the cell before it failed]", true);
}
