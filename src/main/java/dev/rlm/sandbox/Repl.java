package dev.rlm.sandbox;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Python namespace over documents. Variables live from cell to cell, also after exceptions. Those of a task's own REPL
 * live also when the process that holds them is lost: then the cells are run again in another, with the replies that they
 * had. {@linkplain #child Children} are lost with the process.
 *
 * <p>Not thread-safe: one cell runs at a time. {@link #close} may be called from any thread and stops a running cell; so
 * may {@link #child}, also while a cell runs. A REPL and its children, and these among each other, may be used by
 * different threads at a time.
 */
public interface Repl extends AutoCloseable {

    /** How many REPLs a task may have open at a time, its own among them. Each has a thread in the worker. */
    int MOST_OPEN = 64;

    /**
     * Runs one cell. If the one before handed over a final value, that was not taken: {@code answer} is not ready any more,
     * all else is as that cell left it.
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

    /**
     * Opens another REPL in the process of this one, with variables, output, chance, clocks and a final value of its own. The
     * two take turns at computing and wait for host calls side by side. A cell that is stopped at its time limit leaves
     * the other REPLs as they are. One that must be killed ends the process: then the child's cell in progress ends as {@link
     * CellResult.Status#STATE_LOST}, or as {@link CellResult.Status#KILLED} if it had handed over a final value, and
     * later ones are not run; open another child in its place.
     *
     * @param context the child's context
     * @param seed what chance in the child derives from, together with that of this REPL
     * @param past the cells that the child has run in an earlier process, in order; they are run again before this returns
     * @throws SandboxException if a slice is not within this REPL's context, the texts cannot be sent, too many REPLs are
     *     open, or the process is gone
     * @throws InterruptedException if the calling thread was interrupted; nothing stays open
     */
    Repl child(ChildContext context, long seed, List<PastCell> past) throws SandboxException, InterruptedException;

    /** Ends the worker process, or frees the child and its own children. Idempotent. */
    @Override
    void close();

    /**
     * A cell.
     *
     * @param number its number, starting at 1 in a task
     * @param code its Python source
     * @param clocks what clocks said in it before, in the sandbox's own form; null if it was never begun
     */
    record Cell(int number, String code, @Nullable String clocks) {

        /** A cell that was never begun. */
        public Cell(int number, String code) {
            this(number, code, null);
        }

        /**
         * A cell that was begun in an earlier process and never ended, to run again.
         *
         * @param clocksSaid all that {@link HostCalls#clocksSaid} was told then, in order
         */
        public static Cell begun(int number, String code, List<String> clocksSaid) {
            return new Cell(number, code, "begun|" + String.join("\n", clocksSaid));
        }
    }

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
