package dev.rlm.sandbox;

import java.util.List;

/**
 * What a cell leaves besides its output: what is needed to run it again, in this process or another, and to see whether
 * it does the same.
 *
 * @param outputSha256 the SHA-256 of all it said, without the places of objects; empty if it did not end by itself
 * @param clocks what clocks said in it, as only workers read it
 * @param assigned the variables it assigned or may have changed
 * @param read the variables it read
 * @param leftOut earlier cells that have no part in the REPL any more since this cell
 */
public record CellTrace(
        String outputSha256, String clocks, List<String> assigned, List<String> read, List<Integer> leftOut) {

    /** Nothing is known. */
    public static final CellTrace NONE = new CellTrace("", "", List.of(), List.of(), List.of());

    public CellTrace {
        assigned = List.copyOf(assigned);
        read = List.copyOf(read);
        leftOut = List.copyOf(leftOut);
    }

    CellTrace withLeftOut(List<Integer> cells) {
        return new CellTrace(outputSha256, clocks, assigned, read, cells);
    }
}
