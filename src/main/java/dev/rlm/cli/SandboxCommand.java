package dev.rlm.cli;

import dev.rlm.sandbox.SandboxCheck;
import dev.rlm.sandbox.SandboxCheck.Finding;
import dev.rlm.sandbox.SandboxCheck.Report;
import dev.rlm.sandbox.SandboxException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * {@code rlm sandbox --check}: what confines sandboxes on this machine. Without the option it is the sandbox worker, which
 * the server starts: {@link dev.rlm.Main} runs that before anything of the server is loaded.
 */
@CommandLine.Command(
        name = "sandbox",
        description = "Tells what isolates sandboxes on this machine, and what is missing (--check).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {"", "Exit codes: 0 everything holds, 1 something is missing, 2 no sandbox can be started."})
final class SandboxCommand implements Command {

    /** Something does not hold. */
    private static final int INCOMPLETE = 1;

    @Option(
            names = "--check",
            description = "Start a sandbox that tries to get out, without any model or Python code, and report.")
    private boolean check;

    @Override
    public Map<String, String> configuration() throws CommandException {
        if (!check) {
            throw new CommandException(BAD_INPUT, "Say 'rlm sandbox --check': the server starts sandboxes by itself.");
        }
        return Map.of();
    }

    @Override
    public int run(Application application) throws CommandException, InterruptedException {
        Report report;
        try {
            report = SandboxCheck.run(application.sandboxSettings());
        } catch (SandboxException | IllegalArgumentException e) {
            throw new CommandException(BAD_INPUT, String.valueOf(e.getMessage()));
        }
        Terminal.print(report.summary());
        for (Finding finding : report.findings()) {
            Terminal.print("%-11s %-8s %s"
                    .formatted(finding.layer().label(), finding.holds() ? "ok" : "MISSING", finding.detail()));
            if (!finding.advice().isEmpty()) {
                Terminal.print("                     -> " + finding.advice());
            }
        }
        return report.complete() ? OK : INCOMPLETE;
    }
}
