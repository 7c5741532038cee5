package dev.rlm.task;

/** Knows replicas by their names. Thread-safe. */
@FunctionalInterface
public interface Replicas {

    /** Nothing is known of others but their heartbeats. */
    Replicas UNKNOWN = _ -> true;

    /** Whether a replica may be alive; false only if it is dead for certain. */
    boolean mayLive(String replica);
}
