package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is known of the cell that a worker runs. Guarded by the {@link Inbox} that holds it. */
final class CellInProgress {
    /** The note about what was left out stands in an output besides the kept characters. */
    private static final int NOTE_CHARACTERS = 200;

    /** So many frames may come too late, by threads that outlive their cell or by an interrupt that crosses its end. */
    private static final int MOST_STRAY_FRAMES = 10_000;

    private final long run;
    private final int outputLimit;
    private final HostCallDesk desk;
    private final ActiveTime time;
    private Frame.Output output = new Frame.Output("", 0);
    private Frame.@Nullable Value value;
    private int strayFrames;

    /** A cell whose calls are answered by a desk; active from now on, by the processor time of its worker. */
    CellInProgress(long run, int outputLimit, HostCallDesk desk, LongSupplier processorNanos) {
        this.run = run;
        this.outputLimit = outputLimit;
        this.desk = desk;
        this.time = new ActiveTime(System::nanoTime, processorNanos);
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

    /** Notes a frame that belongs to no cell that runs. */
    void strayFrame() throws ProtocolException {
        strayFrames++;
        if (strayFrames > MOST_STRAY_FRAMES) {
            throw new ProtocolException("A worker sent on and on what belongs to no running cell.");
        }
    }

    private void require(Frame.Output printed) throws ProtocolException {
        if (printed.text().length() > Math.max(2, outputLimit) + NOTE_CHARACTERS) {
            throw new ProtocolException("A worker sent more output than it was told to keep.");
        }
    }
}
