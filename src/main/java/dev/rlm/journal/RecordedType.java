package dev.rlm.journal;

/** Requires that a recorded step has the event that the code expects. */
final class RecordedType {

    private RecordedType() {}

    static <E extends TaskEvent> E cast(String key, Class<E> type, TaskEvent event) {
        if (!type.isInstance(event)) {
            throw new IllegalStateException("Step " + key + " is recorded as "
                    + event.getClass().getSimpleName() + ", not as " + type.getSimpleName() + ".");
        }
        return type.cast(event);
    }
}
