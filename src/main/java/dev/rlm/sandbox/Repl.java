package dev.rlm.sandbox;

import java.time.Duration;
import java.util.List;

/**
 * One Python namespace over a task's documents. Variables live from cell to cell, also after exceptions, and also when
 * the process that holds them is lost: then the cells are run again in another, with the replies that they had.
 *
 * <p>Not thread-safe: one cell runs at a time. {@link #close} may be called from any thread and stops a running cell.
 */
public interface Repl extends AutoCloseable {

    /**
     * Runs one cell.
     *
     * @param cell its number, starting at 1, and its Python source
     * @param timeLimit how long the cell may be active; waiting for host calls does not count
     * @param outputLimit how many characters of output are kept (head and tail, the cut is told)
     * @param calls what the cell's host calls reach; called on threads of the sandbox, several at a time
     * @return what the cell printed and how it ended; Python errors and time-outs are results, not exceptions
     * @throws SandboxException if no worker could be had to run the cell
     * @throws InterruptedException if the calling thread was interrupted; the cell was stopped
     */
    CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException;

    /** The variables that the cells so far have assigned, most recently assigned first. */
    List<Variable> variables() throws SandboxException, InterruptedException;

    /**
     * The value of a variable as a final value.
     *
     * @throws SandboxException if there is no such variable or it cannot be read
     */
    FinalValue value(String variable) throws SandboxException, InterruptedException;

    /** Ends the worker process. Idempotent. */
    @Override
    void close();

    /** A cell: its number, starting at 1 in a task, and its Python source. */
    record Cell(int number, String code) {}

    /**
     * A variable of the REPL.
     *
     * @param name its name
     * @param type its Python type's name
     * @param size its length if it has one, else -1
     * @param preview the start of its repr, at most 200 characters
     */
    record Variable(String name, String type, long size, String preview) {}
}
