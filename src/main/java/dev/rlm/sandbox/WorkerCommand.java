package dev.rlm.sandbox;

import dev.rlm.launch.ApplicationFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The command line that starts a worker: in a native executable the executable itself, else a JVM with only those of
 * the application's libraries that a worker needs. Immutable.
 */
public final class WorkerCommand {
    private static final String MAIN = "dev.rlm.sandbox.worker.SandboxWorker";
    private static final String MAIN_FILE = MAIN.replace('.', '/') + ".class";

    private static final long MOST_YOUNG_MEBIBYTES = 1024;

    private static final String FIRST_TIER = "-XX:TieredStopAtLevel=1";

    private final Path executable;
    private final List<String> cacheOptions;
    private final List<String> options;
    private final List<String> main;
    private final List<Path> reads;
    private final List<String> trial;
    private final PythonLibrary library;

    /**
     * A command.
     *
     * @param cacheOptions what uses or makes an AOT cache
     * @param options what else stands before {@code main}, beside heap and stack
     * @param main what makes the executable a worker, and its arguments
     * @param reads the files and folders that it reads, beside Python's library
     * @param trial arguments with which the executable does next to nothing
     */
    private WorkerCommand(
            Path executable,
            List<String> cacheOptions,
            List<String> options,
            List<String> main,
            List<Path> reads,
            List<String> trial,
            PythonLibrary library) {
        this.executable = executable;
        this.cacheOptions = List.copyOf(cacheOptions);
        this.options = List.copyOf(options);
        this.main = List.copyOf(main);
        this.reads = List.copyOf(reads);
        this.trial = List.copyOf(trial);
        this.library = library;
    }

    /** The command for workers of this application as it runs now. */
    public static WorkerCommand ofThisApplication(SandboxSettings settings) {
        Optional<Path> image = ApplicationFiles.nativeExecutable();
        if (image.isPresent()) {
            Path executable = image.get();
            return new WorkerCommand(
                    executable,
                    List.of(),
                    List.of(),
                    List.of("sandbox"),
                    List.of(executable),
                    List.of("--version"),
                    new PythonLibrary(pythonCache(settings), release(List.of(executable))));
        }
        return ofJvm(applicationClassPath(), ApplicationFiles.folder(), settings);
    }

    /** The command for JVM workers of a packaged application, whatever this process is. */
    public static WorkerCommand ofPackaged(Path applicationFolder, SandboxSettings settings) {
        return ofJvm(needed(ApplicationFiles.libraries(applicationFolder)), Optional.of(applicationFolder), settings);
    }

    private static WorkerCommand ofJvm(
            List<Path> classPath, Optional<Path> applicationFolder, SandboxSettings settings) {
        Optional<Path> aotCache = settings.aotCache()
                .or(() -> applicationFolder.map(folder -> folder.resolve(AotCacheBuild.FILE)))
                .filter(Files::isRegularFile)
                .map(Path::toAbsolutePath);
        List<String> cacheOptions = aotCache.map(file -> List.of("-XX:AOTCache=" + file, "-XX:AOTMode=auto"))
                .orElse(List.of());
        return jvm(classPath, cacheOptions, aotCache.stream().toList(), List.of(), pythonCache(settings));
    }

    /** This command with another way to compile. */
    public WorkerCommand with(Compiler compiler) {
        List<String> chosen = new ArrayList<>(options);
        chosen.remove(FIRST_TIER);
        // A native executable has no options of a JVM.
        if (compiler == Compiler.QUICK && !options.isEmpty()) {
            chosen.add(FIRST_TIER);
        }
        return new WorkerCommand(executable, cacheOptions, chosen, main, reads, trial, library);
    }

    /** The command of a JVM that runs typical cells and writes an AOT cache for workers of a packaged application. */
    static WorkerCommand training(Path applicationFolder, Path aotCache) {
        return jvm(
                needed(ApplicationFiles.libraries(applicationFolder)),
                List.of("-XX:AOTCacheOutput=" + aotCache.toAbsolutePath()),
                List.of(),
                List.of("--train"),
                pythonCache(SandboxSettings.defaults()));
    }

    /** The command for a worker with so much heap. */
    public List<String> line(long heapBytes) {
        return line(heapBytes, library.folder(), cacheOptions);
    }

    /** The command for a worker that reports what it can reach, in words of {@link SandboxCheck}. */
    List<String> selfCheck(List<String> arguments) {
        List<String> line = new ArrayList<>(line(SandboxSettings.LEAST_HEAP_BYTES));
        line.add("--self-check");
        line.addAll(arguments);
        return line;
    }

    /** The command of a process that does next to nothing, to try whether the executable starts. */
    List<String> trial() {
        List<String> line = new ArrayList<>(List.of(executable.toString()));
        line.addAll(trial);
        return line;
    }

    /** The files and folders that a worker reads, beside Python's library. */
    List<Path> reads() {
        return reads;
    }

    /** The folder of Python's library, which is there once {@link #prepare} is done. */
    Path library() {
        return library.folder();
    }

    /** Unpacks what workers only read. */
    void prepare() throws SandboxException, InterruptedException {
        library.prepare(folder -> {
            List<String> line = new ArrayList<>(line(SandboxSettings.DEFAULT_HEAP_BYTES, folder, List.of()));
            line.add("--prepare");
            return line;
        });
    }

    private List<String> line(long heapBytes, Path libraryFolder, List<String> cacheOptions) {
        long heap = heapBytes / (1 << 20);
        List<String> line = new ArrayList<>(List.of(
                executable.toString(),
                "-Xmx" + heap + "m",
                // Cells make millions of short-lived objects: with a small young generation they are copied over and
                // over.
                "-Xmn" + Math.min(heap * 7 / 16, MOST_YOUNG_MEBIBYTES) + "m",
                // About 5,000 Python calls deep; with less, cells meet RecursionError before CPython's 1,000.
                "-Xss16m",
                "-Dpolyglot.engine.userResourceCache=" + libraryFolder));
        line.addAll(cacheOptions);
        line.addAll(options);
        line.addAll(main);
        return List.copyOf(line);
    }

    private static WorkerCommand jvm(
            List<Path> classPath,
            List<String> cacheOptions,
            List<Path> caches,
            List<String> arguments,
            Path pythonCache) {
        Path home = Path.of(System.getProperty("java.home")).toAbsolutePath();
        List<String> options = List.of(
                "-XX:+UseSerialGC",
                // With these, what a worker takes beside its heap is bounded: see WorkerMemory.
                "-XX:MaxMetaspaceSize=" + WorkerMemory.METASPACE_BYTES,
                "-XX:ReservedCodeCacheSize=" + WorkerMemory.CODE_BYTES,
                "-XX:MaxDirectMemorySize=" + WorkerMemory.DIRECT_BYTES,
                "-XX:+ExitOnOutOfMemoryError",
                // Nothing but frames may reach the standard output.
                "-Xlog:disable",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
        List<String> main = new ArrayList<>(List.of(
                "-cp",
                String.join(
                        File.pathSeparator,
                        classPath.stream().map(Path::toString).toList()),
                MAIN));
        main.addAll(arguments);
        List<Path> reads = new ArrayList<>(List.of(home));
        reads.addAll(classPath);
        reads.addAll(caches);
        List<Path> interpreter =
                classPath.stream().filter(WorkerCommand::isGraal).toList();
        return new WorkerCommand(
                ApplicationFiles.java(),
                cacheOptions,
                options,
                main,
                reads,
                List.of(FIRST_TIER, "-XX:-UsePerfData", "-version"),
                new PythonLibrary(pythonCache, release(interpreter)));
    }

    /** Differs whenever these files do. */
    private static String release(List<Path> files) {
        CRC32C sum = new CRC32C();
        for (Path file : files) {
            String facts = file.getFileName() + " " + file.toFile().length() + "\n";
            sum.update(facts.getBytes(StandardCharsets.UTF_8));
        }
        return "release-%08x".formatted(sum.getValue());
    }

    private static List<Path> applicationClassPath() {
        List<Path> all = ApplicationFiles.libraries();
        List<Path> needed = needed(all);
        // A single jar with everything in it has no names to choose by.
        return needed.stream().anyMatch(WorkerCommand::isGraal) ? needed : all;
    }

    private static List<Path> needed(List<Path> entries) {
        return entries.stream()
                .filter(entry -> isGraal(entry) || isBouncyCastle(entry) || isSearchLibrary(entry) || isOurs(entry))
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

    private static boolean isSearchLibrary(Path entry) {
        return entry.getFileName().toString().matches("(.*\\.)?(re2j|lucene-core)-.*\\.jar");
    }

    private static boolean isOurs(Path entry) {
        return ApplicationFiles.hasOurs(entry, MAIN_FILE);
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
