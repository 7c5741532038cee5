package dev.rlm.task;

import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxDocument;
import dev.rlm.sandbox.SandboxException;
import java.util.List;

/** Gives each task its REPL. */
@FunctionalInterface
public interface Repls {

    /** A fresh REPL that holds these documents. */
    Repl open(List<SandboxDocument> documents) throws SandboxException, InterruptedException;
}
