package dev.rlm.cli;

import dev.rlm.wiring.ConfigurationProblem;
import io.smallrye.config.ConfigValidationException;
import java.net.BindException;

/** Why the application did not start. */
public final class StartFailure {

    private StartFailure() {}

    /** One line for the user. */
    public static String sentence(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof ConfigValidationException)) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case ConfigValidationException problems ->
                "The configuration cannot be used: " + problems.getProblem(0).getMessage();
            case ConfigurationProblem problem -> problem.getMessage();
            case BindException bind ->
                "The server cannot listen there: " + bind.getMessage() + ". Choose another --host or --port.";
            default -> "The application could not start: " + cause;
        };
    }
}
