package dev.rlm.launch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that this application is made of, from which further processes of it are started. */
public final class ApplicationFiles {

    private ApplicationFiles() {}

    /** The native executable that this process runs; empty in a JVM. */
    public static Optional<Path> nativeExecutable() {
        // What ImageInfo.inImageRuntimeCode() asks, without a dependency on GraalVM.
        return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"))
                ? Optional.of(Path.of(ProcessHandle.current().info().command().orElse("rlm"))
                        .toAbsolutePath())
                : Optional.empty();
    }

    /** The program {@code java} of this JVM. */
    public static Path java() {
        return Path.of(System.getProperty("java.home")).toAbsolutePath().resolve("bin/java");
    }

    /** Where the packaged application lies, if this is one. */
    public static Optional<Path> folder() {
        return classPath().stream()
                .filter(entry -> entry.endsWith("quarkus-run.jar"))
                .map(Path::getParent)
                .findFirst();
    }

    /** The jars and folders of classes of this application, packaged or not. */
    public static List<Path> libraries() {
        return folder().map(ApplicationFiles::libraries).orElseGet(ApplicationFiles::classPath);
    }

    /** The jars of a packaged application. */
    public static List<Path> libraries(Path applicationFolder) {
        Path folder = applicationFolder.toAbsolutePath().normalize();
        return Stream.of("app", "lib/boot", "lib/main")
                .map(folder::resolve)
                .flatMap(part -> jars(part).stream())
                .toList();
    }

    /** Whether a jar or folder has a class of ours, named as in {@code dev/rlm/Main.class}. */
    public static boolean hasOurs(Path entry, String classFile) {
        return Files.exists(entry.resolve(classFile))
                || (entry.getParent() != null && entry.getParent().endsWith("app"));
    }

    private static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .toList();
    }

    private static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The application's libraries cannot be listed.", e);
        }
    }
}
