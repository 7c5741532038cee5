package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/** What is known of the cell that a worker runs. Guarded by the {@link Inbox} that holds it. */
final class CellInProgress {
    /** The note about what was left out stands in an output besides the kept characters. */
    private static final int NOTE_CHARACTERS = 200;

    private final long run;
    private final int outputLimit;
    private final HostCallDesk desk;
    private final ActiveTime time;
    private Frame.Output output = new Frame.Output("", 0);
    private Frame.@Nullable Value value;

    /** A cell whose calls are answered by a desk, and whose time is a part of its worker's. */
    CellInProgress(long run, int outputLimit, HostCallDesk desk, ActiveTime time) {
        this.run = run;
        this.outputLimit = outputLimit;
        this.desk = desk;
        this.time = time;
    }

    long run() {
        return run;
    }

    HostCallDesk desk() {
        return desk;
    }

    ActiveTime time() {
        return time;
    }

    /** What the cell has printed, as far as is known. */
    Frame.Output output() {
        return output;
    }

    /** The final value that the cell has handed over, or null. */
    Frame.@Nullable Value value() {
        return value;
    }

    /** The most bytes of a frame that tells the output so far. */
    int outputBytes() {
        return (int) Math.min(Frame.MAX_BYTES, 3L * (outputLimit + NOTE_CHARACTERS) + 100);
    }

    void outputSoFar(Frame.Output printed) throws ProtocolException {
        require(printed);
        output = printed;
    }

    void handedOver(Frame.Value handedOver) {
        if (value == null) {
            value = handedOver;
        }
    }

    /** Checks what a worker says about the end of this cell. */
    void ended(Frame.CellEnded end) throws ProtocolException {
        if (end.run() != run) {
            throw new ProtocolException("A worker ended a cell that does not run.");
        }
        require(end.output());
    }

    private void require(Frame.Output printed) throws ProtocolException {
        if (printed.text().length() > Math.max(2, outputLimit) + NOTE_CHARACTERS) {
            throw new ProtocolException("A worker sent more output than it was told to keep.");
        }
    }
}
