package dev.rlm;

import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.rlm.cli.Command;
import dev.rlm.cli.CommandException;
import dev.rlm.cli.RlmCommand;
import dev.rlm.cli.RlmCommand.Parsed;
import dev.rlm.cli.StartFailure;
import dev.rlm.cli.StartedApplication;
import dev.rlm.pdf.worker.PdfWorker;
import dev.rlm.sandbox.worker.SandboxWorker;
import dev.rlm.wiring.UserFolders;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The executable's entry point. It is the server, the command line and, as {@code rlm sandbox} and {@code rlm pdf-reader},
 * the processes that the server starts.
 */
@QuarkusMain
public final class Main {

    private static final int LARGEST_REQUEST = 128 << 20;

    /** See {@link Thread}; how many virtual threads run at a time. */
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private static final int LEAST_CARRIERS = 16;

    private Main() {}

    /** Runs the command that the arguments name, and ends the process with its exit code. */
    public static void main(String... args) throws Exception {
        if (isWorker(args)) {
            SandboxWorker.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        if (args.length == 1 && args[0].equals(PdfWorker.NAME)) {
            PdfWorker.main(new String[0]);
            return;
        }
        keepCarriersFree();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        switch (RlmCommand.parse(out, err, args)) {
            case Parsed.Done done -> System.exit(done.exitCode());
            case Parsed.Run run -> start(run.command(), err, args);
        }
    }

    /**
     * Lets more virtual threads than there are processors be in native calls, which hold their carriers: SQLite waits in one
     * for a lock of another process, and files are read in them. To be called before the first virtual thread starts.
     */
    private static void keepCarriersFree() {
        if (System.getProperty(CARRIERS) == null) {
            System.setProperty(
                    CARRIERS,
                    String.valueOf(Math.max(LEAST_CARRIERS, Runtime.getRuntime().availableProcessors())));
        }
    }

    /** The server starts workers with arguments of their own, which no person writes. */
    private static boolean isWorker(String... args) {
        return args.length > 0
                && args[0].equals("sandbox")
                && (args.length == 1 || SandboxWorker.MODES.contains(args[1]));
    }

    private static void start(Command command, PrintWriter err, String... args) {
        try {
            // A context may come as one JSON string, as large as the limit of a request's body in
            // application.properties.
            StreamReadConstraints.overrideDefaultStreamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LARGEST_REQUEST)
                    .build());
            readConfigurationFrom(UserFolders.configuration());
            System.setProperty("quarkus.http.host-enabled", "false");
            command.configuration().forEach(System::setProperty);
        } catch (CommandException e) {
            err.println("rlm: " + e.getMessage());
            System.exit(e.exitCode());
        }
        StartedApplication.willRun(command);
        Quarkus.run(
                StartedApplication.class,
                (exitCode, failure) -> {
                    if (failure != null) {
                        err.println("rlm: " + StartFailure.sentence(failure));
                    }
                    System.exit(failure == null ? exitCode : Command.BAD_INPUT);
                },
                args);
    }

    /**
     * Keeps configuration from being read in the working directory, which is often a checkout that somebody else wrote.
     * Quarkus looks for its files below {@code user.dir}; Java has resolved relative paths without it since 11.
     */
    private static void readConfigurationFrom(Path folder) {
        System.setProperty("user.dir", folder.toString());
        Path file = folder.resolve("application.properties");
        if (Files.isRegularFile(file) && System.getenv("SMALLRYE_CONFIG_LOCATIONS") == null) {
            System.setProperty("smallrye.config.locations", file.toUri().toString());
        }
    }
}
