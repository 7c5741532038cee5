package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a confined worker sees of the file system, all of it read-only. Immutable.
 *
 * @param paths files and folders, none of them below another
 * @param links links at the root, such as {@code /lib}, and what they point to
 */
record View(List<Path> paths, Map<Path, Path> links) {
    private static final Pattern SYSTEM_LIBRARY = Pattern.compile("((/usr)?/lib[^/]*|/nix/store|/gnu/store)/.*\\.so.*");

    View {
        paths = List.copyOf(paths);
        links = Map.copyOf(links);
    }

    /** What a worker reads, what tools need to start it, and the system's libraries that programs here are linked with. */
    static View of(Collection<Path> reads, Collection<Path> tools) {
        List<Path> all = new ArrayList<>(reads);
        all.addAll(tools);
        reads.forEach(path -> all.addAll(linkedFrom(path)));
        all.addAll(libraryFolders());
        all.addAll(loaders());
        return new View(outermost(all), rootLinks());
    }

    /** The same and one more path, which need not be there yet. */
    View and(Path path) {
        if (paths.stream().anyMatch(path::startsWith)) {
            return this;
        }
        List<Path> more = new ArrayList<>(paths);
        more.add(path);
        return new View(more, links);
    }

    private static List<Path> outermost(Collection<Path> all) {
        List<Path> outermost = new ArrayList<>();
        for (Path path : new TreeSet<>(all)) {
            // In order, so that a folder comes before what is in it; what is behind a link of the root has a second
            // name.
            Path real = behindRootLink(path);
            if (Files.exists(real) && outermost.stream().noneMatch(real::startsWith)) {
                outermost.removeIf(other -> other.startsWith(real));
                outermost.add(real);
            }
        }
        return outermost;
    }

    private static Path behindRootLink(Path path) {
        for (Map.Entry<Path, Path> link : rootLinks().entrySet()) {
            if (path.startsWith(link.getKey())) {
                Path target = Path.of("/").resolve(link.getValue());
                return target.resolve(link.getKey().relativize(path)).normalize();
            }
        }
        return path;
    }

    /** Distributions keep parts of a JDK, such as its configuration, elsewhere and link to them. */
    private static List<Path> linkedFrom(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> targets = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
                // Certificates of the machine are no need of a worker, which has no network.
                if (!target.startsWith(folder) && !link.endsWith("cacerts") && !link.endsWith("src.zip")) {
                    targets.add(target);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // What is missing shows when the view is tried.
        }
        return targets;
    }

    private static List<Path> libraryFolders() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.map(line -> line.substring(Math.max(0, line.indexOf('/'))))
                    .filter(file -> SYSTEM_LIBRARY.matcher(file).matches())
                    .map(Path::of)
                    .filter(file -> !file.startsWith(Path.of(System.getProperty("java.home", "/none"))))
                    .map(file ->
                            file.startsWith("/nix") || file.startsWith("/gnu") ? file.subpath(0, 2) : file.getParent())
                    .map(folder -> Path.of("/").resolve(folder))
                    .distinct()
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of();
        }
    }

    /** Programs name their loader with its full path, and it need not lie with the other libraries. */
    private static List<Path> loaders() {
        return Stream.of("/lib", "/lib64", "/usr/lib", "/usr/lib64")
                .map(Path::of)
                .flatMap(folder -> list(folder).stream())
                .filter(file -> file.getFileName().toString().matches("ld-.*\\.so.*"))
                .toList();
    }

    private static Map<Path, Path> rootLinks() {
        Map<Path, Path> links = new TreeMap<>();
        for (Path file : list(Path.of("/"))) {
            if (file.getFileName().toString().startsWith("lib") && Files.isSymbolicLink(file)) {
                try {
                    links.put(file, Files.readSymbolicLink(file));
                } catch (IOException e) {
                    // A link that cannot be read leads nowhere.
                }
            }
        }
        return links;
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
