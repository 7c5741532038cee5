package dev.rlm.model;

import java.time.Duration;

/** Lets time pass; {@code Thread::sleep} outside tests. */
@FunctionalInterface
public interface Sleeper {

    /**
     * Returns after a time.
     *
     * @throws InterruptedException if the calling thread was interrupted before
     */
    void sleep(Duration duration) throws InterruptedException;
}
