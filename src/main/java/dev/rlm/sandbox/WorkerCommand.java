package dev.rlm.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line that starts a worker: in a native executable the executable itself, else a JVM with only those of
 * the application's libraries that a worker needs. Immutable.
 */
public final class WorkerCommand {
    private static final String MAIN = "dev.rlm.sandbox.worker.SandboxWorker";
    private static final String MAIN_FILE = MAIN.replace('.', '/') + ".class";

    private final List<String> beforeHeap;
    private final List<String> afterHeap;

    private WorkerCommand(List<String> beforeHeap, List<String> afterHeap) {
        this.beforeHeap = List.copyOf(beforeHeap);
        this.afterHeap = List.copyOf(afterHeap);
    }

    /** The command for workers of this application as it runs now. */
    public static WorkerCommand ofThisApplication(SandboxSettings settings) {
        // What ImageInfo.inImageRuntimeCode() asks, without a dependency on GraalVM.
        if ("runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"))) {
            String executable = ProcessHandle.current().info().command().orElse("rlm");
            String resources = "-Dpolyglot.engine.userResourceCache=" + pythonCache(settings);
            return new WorkerCommand(List.of(executable), List.of(resources, "sandbox"));
        }
        return jvm(applicationClassPath(), options(settings, applicationFolder()), List.of());
    }

    /** The command for JVM workers of a packaged application, whatever this process is. */
    public static WorkerCommand ofPackaged(Path applicationFolder, SandboxSettings settings) {
        return jvm(needed(packaged(applicationFolder)), options(settings, Optional.of(applicationFolder)), List.of());
    }

    private static List<String> options(SandboxSettings settings, Optional<Path> applicationFolder) {
        List<String> options = new ArrayList<>(List.of("-Dpolyglot.engine.userResourceCache=" + pythonCache(settings)));
        settings.aotCache()
                .or(() -> applicationFolder.map(folder -> folder.resolve(AotCacheBuild.FILE)))
                .filter(Files::isRegularFile)
                .ifPresent(
                        file -> options.addAll(List.of("-XX:AOTCache=" + file.toAbsolutePath(), "-XX:AOTMode=auto")));
        return options;
    }

    /** The command of a JVM that runs typical cells and writes an AOT cache for workers of a packaged application. */
    static WorkerCommand training(Path applicationFolder, Path aotCache) {
        return jvm(
                needed(packaged(applicationFolder)),
                List.of(
                        "-Dpolyglot.engine.userResourceCache=" + pythonCache(SandboxSettings.defaults()),
                        "-XX:AOTCacheOutput=" + aotCache.toAbsolutePath()),
                List.of("--train"));
    }

    /** The command for a worker with so much heap. */
    public List<String> line(long heapBytes) {
        List<String> line = new ArrayList<>(beforeHeap);
        line.add("-Xmx" + heapBytes / (1 << 20) + "m");
        // About 5,000 Python calls deep; with less, cells meet RecursionError before CPython's 1,000.
        line.add("-Xss16m");
        line.addAll(afterHeap);
        return List.copyOf(line);
    }

    private static WorkerCommand jvm(List<Path> classPath, List<String> options, List<String> arguments) {
        List<String> line = new ArrayList<>(options);
        line.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                // Nothing but frames may reach the standard output.
                "-Xlog:disable",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(
                        File.pathSeparator,
                        classPath.stream().map(Path::toString).toList()),
                MAIN));
        line.addAll(arguments);
        return new WorkerCommand(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()), line);
    }

    private static List<Path> applicationClassPath() {
        List<Path> all = applicationFolder().map(WorkerCommand::packaged).orElseGet(WorkerCommand::classPath);
        List<Path> needed = needed(all);
        // A single jar with everything in it has no names to choose by.
        return needed.stream().anyMatch(WorkerCommand::isGraal) ? needed : all;
    }

    /** Where the packaged application lies, if this is one. */
    private static Optional<Path> applicationFolder() {
        return classPath().stream()
                .filter(entry -> entry.endsWith("quarkus-run.jar"))
                .map(Path::getParent)
                .findFirst();
    }

    private static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .toList();
    }

    private static List<Path> packaged(Path applicationFolder) {
        Path folder = applicationFolder.toAbsolutePath().normalize();
        return Stream.of("app", "lib/boot", "lib/main")
                .map(folder::resolve)
                .flatMap(part -> list(part).stream())
                .toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The application's libraries cannot be listed.", e);
        }
    }

    private static List<Path> needed(List<Path> entries) {
        return entries.stream()
                .filter(entry -> isGraal(entry) || isBouncyCastle(entry) || isRe2j(entry) || isOurs(entry))
                .toList();
    }

    private static boolean isGraal(Path entry) {
        String name = entry.getFileName().toString();
        return (name.startsWith("org.graalvm.") || entry.toString().contains("/org/graalvm/"))
                && !name.contains("profiler-tool");
    }

    /** Python's hashlib needs it in some releases of GraalPy, which then bring it. */
    private static boolean isBouncyCastle(Path entry) {
        return entry.getFileName().toString().startsWith("org.bouncycastle.")
                || entry.toString().contains("/org/bouncycastle/");
    }

    private static boolean isRe2j(Path entry) {
        return entry.getFileName().toString().matches("(.*\\.)?re2j-.*\\.jar");
    }

    private static boolean isOurs(Path entry) {
        return Files.exists(entry.resolve(MAIN_FILE))
                || (entry.getParent() != null && entry.getParent().endsWith("app"));
    }

    private static Path pythonCache(SandboxSettings settings) {
        if (settings.pythonCache().isPresent()) {
            return settings.pythonCache().get().toAbsolutePath();
        }
        Optional<Path> base = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .or(() -> Optional.ofNullable(System.getProperty("user.home")).map(home -> Path.of(home, ".cache")));
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "rlm-" + System.getProperty("user.name"));
        return Stream.concat(base.stream().map(folder -> folder.resolve("rlm")), Stream.of(temporary))
                .map(folder -> folder.resolve("python"))
                .filter(WorkerCommand::writable)
                .findFirst()
                .orElse(temporary);
    }

    private static boolean writable(Path folder) {
        try {
            return Files.isWritable(Files.createDirectories(folder));
        } catch (IOException e) {
            return false;
        }
    }
}
