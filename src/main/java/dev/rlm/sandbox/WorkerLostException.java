package dev.rlm.sandbox;

/** A worker ended that nobody had asked to end, or was ended because it gave no answer. Another one may fare better. */
final class WorkerLostException extends SandboxException {

    WorkerLostException(String message) {
        super(message);
    }
}
