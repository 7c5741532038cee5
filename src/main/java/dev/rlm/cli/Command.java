package dev.rlm.cli;

import java.util.Map;

/** A command of the command line, with its options read. */
public interface Command {

    /** It did what it was asked to. */
    int OK = 0;

    /** Its options or its input cannot be used. */
    int BAD_INPUT = 2;

    /** The answer is partial. */
    int PARTIAL = 3;

    /** It failed. */
    int FAILED = 4;

    /**
     * Configuration that the command needs, read before the application starts. May start what the configuration points
     * to.
     *
     * @throws CommandException if the command cannot run
     */
    Map<String, String> configuration() throws CommandException;

    /**
     * Runs the command in the started application.
     *
     * @return the exit code
     * @throws CommandException if it cannot do what it was asked to
     */
    int run(Application application) throws CommandException, InterruptedException;
}
