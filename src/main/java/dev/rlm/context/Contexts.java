package dev.rlm.context;

/** All contexts, which nobody sees but by their owner. Thread-safe. */
@FunctionalInterface
public interface Contexts {

    /** The contexts of an owner. To it there are no others: the id of another's is like one that never was. */
    ContextStore of(String owner);
}
