package dev.rlm.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The executable's options and commands. */
@CommandLine.Command(
        name = "rlm",
        description = {
            "Answers questions about inputs far larger than a model's window.",
            "",
            "A root model writes code against the input in a sandboxed Python REPL, the code asks smaller models about"
                    + " parts of it, and the answer is computed (Recursive Language Models, arXiv 2512.24601)."
        },
        subcommands = {
            AskCommand.class,
            EvalCommand.class,
            ServeCommand.class,
            StdioCommand.class,
            ModelsCommand.class,
            PromptCommand.class,
            DemoCommand.class,
            TrajectoryCommand.class,
            KeyCommand.class,
            SandboxCommand.class
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The launcher ./rlm of a checkout has two more: test runs all tests, bench the benchmarks.",
            "",
            "Exit codes: 0 done or answered, 2 bad usage or input, 3 partial answer, 4 failed.",
            "Configuration: environment variables, or application.properties in ~/.config/rlm; see docs/configuration.md."
        })
public final class RlmCommand {

    private RlmCommand() {}

    /** What the arguments ask for. */
    public sealed interface Parsed {

        /** Help, a version or an error was printed, and nothing is left to do. */
        record Done(int exitCode) implements Parsed {}

        /** A command is to be run. */
        record Run(Command command) implements Parsed {}
    }

    /** Reads the arguments. Prints help to {@code out}, and errors with the command's usage to {@code err}. */
    public static Parsed parse(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commandLine = new CommandLine(new RlmCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        try {
            ParseResult result = commandLine.parseArgs(args);
            Integer helped = CommandLine.executeHelpRequest(result);
            if (helped != null) {
                return new Parsed.Done(helped);
            }
            ParseResult last = result;
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            if (last.commandSpec().userObject() instanceof Command command) {
                return new Parsed.Run(command);
            }
            commandLine.usage(err);
            return new Parsed.Done(Command.BAD_INPUT);
        } catch (ParameterException e) {
            err.println("rlm: " + e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
            err.println("Try 'rlm " + suffix(e) + "--help'.");
            err.flush();
            return new Parsed.Done(Command.BAD_INPUT);
        }
    }

    private static String suffix(ParameterException e) {
        String name = e.getCommandLine().getCommandName();
        return name.equals("rlm") ? "" : name + " ";
    }
}
