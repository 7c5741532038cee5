package dev.rlm.journal;

/** A recorded event that this version of rlm cannot read: it is of a later version, or damaged. */
public final class UnreadableEventException extends JournalException {

    private UnreadableEventException(String message) {
        super(message);
    }

    static UnreadableEventException unknown(String type, int version) {
        return new UnreadableEventException("The journal has an event of the type '" + type + "' (version " + version
                + "), which this version of rlm does not know: it was recorded by a later one. Upgrade rlm.");
    }

    static UnreadableEventException newer(String type, int version, int newest) {
        return new UnreadableEventException("The journal has an event '" + type + "' in version " + version
                + ", and this version of rlm reads up to version " + newest
                + " of it: it was recorded by a later one. Upgrade rlm.");
    }

    /** Without a cause: the messages of JSON readers quote what they read. */
    static UnreadableEventException damaged(String type, int version) {
        return new UnreadableEventException("The journal has an event '" + type + "' in version " + version
                + " that is damaged and cannot be read. Restore the store from a backup, or delete the task.");
    }
}
