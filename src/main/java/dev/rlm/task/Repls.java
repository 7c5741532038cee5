package dev.rlm.task;

import dev.rlm.sandbox.OfferedFunction;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxException;
import java.util.List;

/** Gives each task its REPL. */
@FunctionalInterface
public interface Repls {

    /**
     * A REPL that holds these documents.
     *
     * @param seed what chance in its cells derives from
     * @param past the cells that it has run in an earlier process, in order; they run again when it is first needed
     * @param functions the functions of other servers that its cells may call
     */
    Repl open(List<SandboxDocument> documents, long seed, List<PastCell> past, List<OfferedFunction> functions)
            throws SandboxException, InterruptedException;
}
