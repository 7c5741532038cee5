package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromRepl;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of a worker arrive, and from where they go to the channels of its REPLs. Whatever was not asked for is a
 * violation. Thread-safe.
 */
final class Inbox {
    /** A number, or a few; with the kind. */
    private static final int FEW_BYTES = 64;

    private static final int LINES_BYTES = 4 << 20;
    private static final int CALL_BYTES =
            3 * (Frame.CallFunction.MOST_ARGUMENTS + Frame.Traces.MOST_CLOCK_CHARACTERS) + LINES_BYTES;
    private static final int LINE_BYTES = 4 * Frame.MOST_LINE_CHARACTERS;

    /** So many frames may come too late, by threads that outlive their cell or by an interrupt that crosses its end. */
    private static final int MOST_STRAY_FRAMES = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WorkerTime time;
    private final Map<Integer, ReplChannel> channels = new HashMap<>();
    private int lastNumber = -1;
    private int outputBytes;
    private int strayFrames;
    private boolean ready;
    private boolean ended;
    private boolean nonsense;

    /** Nothing has come yet; the worker's processor clock tells in nanoseconds what it computes. */
    Inbox(LongSupplier processorNanos) {
        this.time = new WorkerTime(System::nanoTime, processorNanos);
    }

    /** A REPL of the worker: its number and its channel. */
    record Numbered(int number, ReplChannel channel) {}

    /** Makes a channel for the next REPL, unless there are as many as allowed. */
    Optional<Numbered> add(int most) {
        lock.lock();
        try {
            if (channels.size() >= most) {
                return Optional.empty();
            }
            lastNumber++;
            ReplChannel channel = new ReplChannel(this, lock, changed, time);
            channels.put(lastNumber, channel);
            return Optional.of(new Numbered(lastNumber, channel));
        } finally {
            lock.unlock();
        }
    }

    /** A cell begins whose output may be told so far. */
    void expectOutput(CellInProgress cell) {
        lock.lock();
        try {
            outputBytes = Math.max(outputBytes, cell.outputBytes());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the worker says that it is warm; false if it is gone or the time has passed first. */
    boolean awaitReady(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeout.toNanos();
            while (!ready && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that a frame of this type may have now. */
    int mostBytes(Class<? extends Frame> type) {
        if (type == Frame.Ready.class
                || type == Frame.Opened.class
                || type == Frame.Closed.class
                || type == Frame.HistoryQuery.class
                || type == Frame.BudgetQuery.class) {
            return FEW_BYTES;
        }
        if (type == Frame.Refused.class) {
            return LINE_BYTES;
        }
        if (type == Frame.CallFunction.class) {
            return CALL_BYTES;
        }
        if (type == Frame.Variables.class) {
            return LINES_BYTES;
        }
        if (type == Frame.OutputSoFar.class) {
            lock.lock();
            try {
                return outputBytes;
            } finally {
                lock.unlock();
            }
        }
        return FromWorker.class.isAssignableFrom(type) ? Frame.MAX_BYTES : 0;
    }

    /** Takes a frame of the worker. */
    void receive(Frame frame) throws ProtocolException {
        switch (frame) {
            case Frame.Ready(int version) -> ready(version);
            case Frame.PromptsLocated located -> located(located);
            case Frame.Query query -> callBegan(query);
            case Frame.AskChildren ask -> callBegan(ask);
            case Frame.Publish publish -> callBegan(publish);
            case Frame.CallFunction call -> callBegan(call);
            case Frame.HistoryQuery query -> callBegan(query);
            case Frame.BudgetQuery query -> callBegan(query);
            case FromRepl received -> receivedOf(received);
            case Frame.ToWorker _ -> throw new ProtocolException("A worker sent a request of the server.");
        }
    }

    /** A call of a cell is answered. */
    void callEnded(CellInProgress caller) {
        lock.lock();
        try {
            caller.time().waitEnds();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The worker says nothing any more, because of what it said last if that made no sense. */
    void end(boolean becauseOfNonsense) {
        lock.lock();
        try {
            nonsense |= becauseOfNonsense && !ended;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    boolean nonsense() {
        lock.lock();
        try {
            return nonsense;
        } finally {
            lock.unlock();
        }
    }

    private void ready(int version) throws ProtocolException {
        lock.lock();
        try {
            if (ready || version != Frame.VERSION) {
                throw new ProtocolException("A worker was ready twice, or for another protocol.");
            }
            ready = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void located(Frame.PromptsLocated located) throws ProtocolException {
        lock.lock();
        try {
            ReplChannel channel = channelOf(located);
            CellInProgress caller = channel == null ? null : channel.running();
            if (caller == null) {
                stray();
            } else {
                caller.desk().located(located);
            }
        } finally {
            lock.unlock();
        }
    }

    private void callBegan(FromRepl call) throws ProtocolException {
        CellInProgress caller;
        lock.lock();
        try {
            ReplChannel channel = channelOf(call);
            caller = channel == null ? null : channel.running();
            if (caller == null) {
                stray();
                return;
            }
            caller.time().waitBegins();
        } finally {
            lock.unlock();
        }
        switch (call) {
            case Frame.Query query -> caller.desk().query(query);
            case Frame.AskChildren ask -> caller.desk().ask(ask);
            case Frame.Publish publish -> caller.desk().publish(publish);
            case Frame.CallFunction function -> caller.desk().call(function);
            case Frame.HistoryQuery query -> caller.desk().history(query);
            case Frame.BudgetQuery query -> caller.desk().budget(query);
            default -> throw new IllegalStateException("Not a call: " + call.getClass());
        }
    }

    private void receivedOf(FromRepl received) throws ProtocolException {
        lock.lock();
        try {
            ReplChannel channel = channelOf(received);
            switch (received) {
                case Frame.OutputSoFar(int _, long run, Frame.Output output) -> {
                    CellInProgress cell = channel == null ? null : channel.running(run);
                    if (cell == null) {
                        stray();
                    } else {
                        cell.outputSoFar(output);
                    }
                }
                case Frame.CellObserved observed -> {
                    CellInProgress cell = channel == null ? null : channel.running(observed.run());
                    if (cell == null) {
                        stray();
                    } else {
                        cell.desk().observed(observed);
                    }
                }
                case Frame.HandedOver(int _, long run, Frame.Value value) -> {
                    CellInProgress cell = channel == null ? null : channel.running(run);
                    if (cell == null) {
                        stray();
                    } else {
                        cell.handedOver(value);
                    }
                }
                default -> {
                    if (channel == null) {
                        throw new ProtocolException("A REPL answered that is closed.");
                    }
                    if (received instanceof Frame.Closed) {
                        channel.closed();
                        channels.remove(received.repl());
                    } else {
                        channel.answered(received);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The channel of the REPL that sent this, or null if it is closed. */
    private @Nullable ReplChannel channelOf(FromRepl received) throws ProtocolException {
        if (received.repl() > lastNumber) {
            throw new ProtocolException("A worker spoke for a REPL that was never opened.");
        }
        return channels.get(received.repl());
    }

    /** Notes a frame that belongs to no cell that runs. */
    private void stray() throws ProtocolException {
        strayFrames++;
        if (outputBytes == 0) {
            throw new ProtocolException("A worker that has run no cell sent what only cells send.");
        }
        if (strayFrames > MOST_STRAY_FRAMES) {
            throw new ProtocolException("A worker sent on and on what belongs to no running cell.");
        }
    }
}
