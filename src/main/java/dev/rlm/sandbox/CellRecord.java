package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A cell that has run, with what is needed to run it again and to see whether it does the same.
 *
 * @param source its number and code
 * @param outputLimit how many characters of its output were kept
 * @param end how it ended, without what it handed over
 * @param active how long it was active
 * @param calls what its calls were answered
 */
record CellRecord(Repl.Cell source, int outputLimit, End end, Duration active, CallRecord calls) {
    /** Where an object lies, which is another place in every process and of no account. */
    private static final Pattern ADDRESS = Pattern.compile(" at 0x[0-9a-f]+");

    /**
     * How it ended.
     *
     * @param ending by itself, by an exception, or stopped at its time limit
     * @param output what it printed and its error, without addresses
     * @param clocks what clocks said in it
     * @param assigned the variables it assigned or may have changed
     * @param read the variables it read
     */
    record End(Frame.Ending ending, String output, String clocks, Set<String> assigned, Set<String> read) {

        static End of(Frame.CellEnded ended) {
            String output = ended.output().text() + '\0' + ended.error();
            Frame.Traces traces = ended.traces();
            return new End(
                    ended.ending(),
                    ADDRESS.matcher(output).replaceAll(" at 0x"),
                    traces.clocks(),
                    Set.copyOf(traces.assigned()),
                    Set.copyOf(traces.read()));
        }
    }

    /** Whether it was stopped at its time limit, so that nobody knows how far it came. */
    boolean stopped() {
        return end.ending() == Frame.Ending.STOPPED;
    }

    /** About how many characters of memory it takes. */
    long characters() {
        return source.code().length()
                + end.output().length()
                + end.clocks().length()
                + calls.characters()
                + 20L * (end.assigned().size() + end.read().size());
    }
}
