package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A cell that has run, with what is needed to run it again and to see whether it does the same.
 *
 * @param source its number and code
 * @param outputLimit how many characters of its output were kept
 * @param ending by itself, by an exception, or stopped at its time limit
 * @param trace what it left
 * @param active how long it was active
 * @param calls what its calls were answered
 */
record CellRecord(
        Repl.Cell source, int outputLimit, Frame.Ending ending, CellTrace trace, Duration active, CallRecord calls) {
    /** Where an object lies, which is another place in every process and of no account. */
    private static final Pattern ADDRESS = Pattern.compile(" at 0x[0-9a-f]+");

    /** What a cell that has ended left. */
    static CellTrace traceOf(Frame.CellEnded ended) {
        String said = ended.output().text() + '\0' + ended.error();
        Frame.Traces traces = ended.traces();
        return new CellTrace(
                sha256(ADDRESS.matcher(said).replaceAll(" at 0x")),
                traces.clocks(),
                traces.assigned().stream().distinct().sorted().toList(),
                traces.read().stream().distinct().sorted().toList(),
                List.of());
    }

    /** A cell of an earlier process that ended by itself. */
    static CellRecord of(PastCell past) {
        Frame.Ending ending = switch (past.status()) {
            case OK -> Frame.Ending.DONE;
            case ERROR -> Frame.Ending.FAILED;
            case TIMED_OUT -> Frame.Ending.STOPPED;
            case KILLED, STATE_LOST ->
                throw new IllegalArgumentException(
                        "The effects of cell " + past.source().number() + " were lost; it has no part in the REPL.");
        };
        return new CellRecord(
                past.source(), past.outputLimit(), ending, past.trace(), past.active(), CallRecord.of(past));
    }

    /** Whether it was stopped at its time limit, so that nobody knows how far it came. */
    boolean stopped() {
        return ending == Frame.Ending.STOPPED;
    }

    /** Whether another run of the same cell ended otherwise or said something else. */
    boolean differsFrom(Frame.CellEnded again) {
        return again.ending() != ending || !traceOf(again).outputSha256().equals(trace.outputSha256());
    }

    /** About how many characters of memory it takes. */
    long characters() {
        return source.code().length()
                + trace.clocks().length()
                + calls.characters()
                + 20L * (trace.assigned().size() + trace.read().size());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
