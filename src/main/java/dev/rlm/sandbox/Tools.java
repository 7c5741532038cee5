package dev.rlm.sandbox;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the operating system that confine others, found by trying them. Immutable. */
final class Tools {
    private static final List<String> USUAL_FOLDERS =
            List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin");
    private static final int LONGEST_REASON = 300;

    private final List<Path> folders;
    private final long trialSeconds;

    private Tools(List<Path> folders, long trialSeconds) {
        this.folders = folders;
        this.trialSeconds = trialSeconds;
    }

    /** The tools of this machine. */
    static Tools ofThisMachine() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return in(Stream.concat(Stream.of(path.split(File.pathSeparator)), USUAL_FOLDERS.stream())
                // A relative folder is the working directory's, whose files may be anybody's.
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .distinct()
                .toList());
    }

    /** The tools in these folders, the first folder first. */
    static Tools in(List<Path> folders) {
        return new Tools(List.copyOf(folders), 20);
    }

    /** Where a program lies. */
    Optional<Path> find(String program) {
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** The program with its arguments, if it is there and can start another with them; else nothing. */
    List<String> prefix(String program, String... arguments) {
        Optional<Path> file = find(program);
        Optional<Path> nothing = find("true");
        if (file.isEmpty() || nothing.isEmpty()) {
            return List.of();
        }
        List<String> prefix = new ArrayList<>(List.of(file.get().toString()));
        prefix.addAll(List.of(arguments));
        List<String> trial = new ArrayList<>(prefix);
        trial.add(nothing.get().toString());
        return trial(trial).isEmpty() ? List.copyOf(prefix) : List.of();
    }

    /** Runs a command to its end; why it failed, or empty if it did not. */
    Optional<String> trial(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        Map<String, String> environment = builder.environment();
        environment.clear();
        builder.redirectOutput(Redirect.DISCARD).redirectInput(Redirect.from(new File("/dev/null")));
        try {
            Process process = builder.start();
            String complaint = firstLine(process);
            if (!process.waitFor(trialSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("it did not end within " + trialSeconds + " s");
            }
            if (process.exitValue() == 0) {
                return Optional.empty();
            }
            return Optional.of(complaint.isEmpty() ? "it exited with " + process.exitValue() : complaint);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the trial was interrupted");
        }
    }

    /** Read as it comes, and beside the wait: a process that hangs must not keep us. */
    private String firstLine(Process process) {
        StringBuilder line = new StringBuilder();
        Thread reader = Thread.ofPlatform().name("sandbox-trial").daemon().start(() -> {
            try (var error = process.errorReader(StandardCharsets.UTF_8)) {
                String first = error.readLine();
                synchronized (line) {
                    line.append(first == null ? "" : first.strip());
                }
                error.skip(Long.MAX_VALUE);
            } catch (IOException e) {
                // What was read so far is enough.
            }
        });
        try {
            reader.join(TimeUnit.SECONDS.toMillis(trialSeconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (line) {
            return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) : line.toString();
        }
    }
}
