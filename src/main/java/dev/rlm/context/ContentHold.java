package dev.rlm.context;

/** Keeps the content of documents at hand until it is closed. Closing it again does nothing. */
@FunctionalInterface
public interface ContentHold extends AutoCloseable {

    @Override
    void close();
}
