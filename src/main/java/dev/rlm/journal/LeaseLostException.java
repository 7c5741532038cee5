package dev.rlm.journal;

/** Somebody else runs the task now, or it was deleted: whoever gets this has nothing more to say about it. */
public final class LeaseLostException extends JournalException {

    /** The task with this id is not the caller's any more. */
    public LeaseLostException(String task) {
        super("Task " + task + " is run by somebody else now, or was deleted; nothing more was recorded here.");
    }
}
