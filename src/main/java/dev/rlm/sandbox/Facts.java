package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What a confined worker, started for this, could do. Immutable.
 *
 * @param values what came of each trial, by its name
 */
record Facts(Map<String, String> values) {
    private static final long LIMIT_SECONDS = 60;
    private static final int MOST_CHARACTERS = 100_000;

    Facts {
        values = Map.copyOf(values);
    }

    /**
     * Starts a worker that tries.
     *
     * @param port a port that listens on the loopback interface
     * @param files what it must not be able to read
     * @throws SandboxException if it cannot be started or does not report
     */
    static Facts gather(Confinement confinement, WorkerCommand command, int port, List<Path> files)
            throws SandboxException, InterruptedException {
        List<String> arguments = new java.util.ArrayList<>(List.of(String.valueOf(port)));
        files.forEach(file -> arguments.add(file.toString()));
        try (ProcessStarter starter = new ProcessStarter()) {
            WorkerProcess process =
                    WorkerProcess.start(starter, confinement, command.selfCheck(arguments), java.util.Optional.empty());
            // Ends the read below if the worker hangs.
            Thread guard = Thread.ofVirtual().start(() -> {
                try {
                    TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
                    process.kill();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                byte[] report = process.output().readNBytes(MOST_CHARACTERS);
                return of(new String(report, StandardCharsets.UTF_8));
            } finally {
                guard.interrupt();
                process.kill();
            }
        } catch (IOException e) {
            throw new SandboxException("A sandbox process could not be started: " + e.getMessage(), e);
        }
    }

    private static Facts of(String report) throws SandboxException {
        Map<String, String> values = report.lines()
                .map(line -> line.split("\t", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second, HashMap::new));
        if (!values.containsKey("threads")) {
            throw new SandboxException("A sandbox process started but ended before it had reported.");
        }
        return new Facts(values);
    }

    String value(String name) {
        return values.getOrDefault(name, "none");
    }

    /** A value as a number; -1 if it is none, such as "unlimited". */
    long number(String name) {
        try {
            return Long.parseLong(value(name).strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether a set of flags is known and empty. */
    boolean noneOf(String name) {
        return values.containsKey(name) && value(name).strip().matches("0+");
    }

    /** Whether the worker was in a namespace other than this process's. */
    boolean apart(String namespace) {
        try {
            String here =
                    Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
            return value("namespace " + namespace).startsWith(namespace + ":")
                    && !value("namespace " + namespace).equals(here);
        } catch (IOException e) {
            return false;
        }
    }

    /** The trials of a kind that succeeded. */
    List<String> made(String kind) {
        return values.entrySet().stream()
                .filter(fact ->
                        fact.getKey().startsWith(kind + " ") && fact.getValue().startsWith("made"))
                .map(fact -> fact.getKey().substring(kind.length() + 1))
                .sorted()
                .toList();
    }
}
