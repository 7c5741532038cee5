package dev.rlm.mcp.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of others, written in JavaScript, and a Node that runs them: installed below {@code target}, as the lock file says. */
public final class Npm {

    private static final Path SOURCE = Path.of("src", "test", "npm");
    private static final Path TARGET = Path.of("target", "npm").toAbsolutePath();
    private static final String LOCK = "package-lock.json";
    private static final long MINUTES = 5;

    private Npm() {}

    /** The folder that has them, in {@code node_modules}. */
    public static synchronized Path installed() throws IOException, InterruptedException {
        Path done = TARGET.resolve("node_modules").resolve(".installed");
        String lock = Files.readString(SOURCE.resolve(LOCK));
        if (!Files.exists(done) || !Files.readString(done).equals(lock)) {
            install();
            Files.writeString(done, lock);
        }
        return TARGET;
    }

    /** A process of Node that is not started yet, and runs a program with these arguments. */
    public static ProcessBuilder node(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(installed().resolve("node_modules/node/bin/node").toString(), program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** A program that one of them brings. */
    public static Path program(String name) throws IOException, InterruptedException {
        return installed().resolve("node_modules").resolve(".bin").resolve(name);
    }

    /** A module of ours, from beside the lock file, where it finds what is installed. */
    public static synchronized Path module(String name) throws IOException, InterruptedException {
        Path folder = installed();
        try (Stream<Path> files = Files.list(SOURCE)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".mjs")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return folder.resolve(name);
    }

    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(TARGET);
        for (String file : List.of("package.json", LOCK)) {
            Files.copy(SOURCE.resolve(file), TARGET.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Process process;
        try {
            process = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
                    .directory(TARGET.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(TARGET.resolve("npm.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("These tests need npm, which comes with Node.js: install it.", e);
        }
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(
                    "npm did not install what the tests need: " + Files.readString(TARGET.resolve("npm.log")));
        }
    }
}
