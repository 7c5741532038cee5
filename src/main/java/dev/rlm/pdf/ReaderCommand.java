package dev.rlm.pdf;

import dev.rlm.launch.ApplicationFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The command line of a process that reads PDFs: in a native executable the executable itself, else a JVM with only
 * those of the application's libraries that it needs.
 */
final class ReaderCommand {
    /** The argument that makes the executable such a process. */
    private static final String NAME = "pdf-reader";

    private static final String MAIN = "dev.rlm.pdf.worker.PdfWorker";
    private static final String MAIN_FILE = MAIN.replace('.', '/') + ".class";
    private static final Pattern LIBRARY = Pattern.compile(
            "(.*\\.)?(pdfbox(-io)?|fontbox|jbig2-imageio|(commons-logging-)?jboss-logging)-\\d.*\\.jar");

    private ReaderCommand() {}

    /** The command for this application as it runs now. */
    static List<String> of(PdfSettings settings) {
        List<String> line = new ArrayList<>();
        Optional<Path> image = ApplicationFiles.nativeExecutable();
        line.add(image.orElseGet(ApplicationFiles::java).toString());
        line.add("-Xmx" + (settings.heapBytes() >> 20) + "m");
        line.addAll(List.of(
                "-Djava.awt.headless=true",
                // Which fonts there are is written to a file, and hashing them all takes longer than reading them.
                "-Dpdfbox.fontcache=" + fontFolder(settings),
                "-Duser.home=" + fontFolder(settings),
                "-Dpdfbox.fontcache.skipchecksums=true"));
        if (image.isPresent()) {
            line.add(NAME);
            return List.copyOf(line);
        }
        line.addAll(List.of(
                "-XX:+UseSerialGC",
                // A page is read once: what compiles best is not worth its time.
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:ReservedCodeCacheSize=48m",
                "-XX:MaxDirectMemorySize=32m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=/dev/null",
                "-Xshare:auto",
                "-Xlog:disable",
                "-XX:+DisplayVMOutputToStderr",
                "-cp",
                ApplicationFiles.libraries().stream()
                        .filter(entry ->
                                LIBRARY.matcher(entry.getFileName().toString()).matches()
                                        || ApplicationFiles.hasOurs(entry, MAIN_FILE))
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                MAIN));
        return List.copyOf(line);
    }

    private static Path fontFolder(PdfSettings settings) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return settings.cacheFolder()
                .filter(folder -> {
                    try {
                        return Files.isWritable(Files.createDirectories(folder));
                    } catch (IOException _) {
                        return false;
                    }
                })
                .orElse(temporary);
    }
}
