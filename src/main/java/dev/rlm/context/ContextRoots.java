package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The folders below which paths may be loaded. Containment is checked after links and {@code ..} are resolved. What is
 * said about a path elsewhere does not tell whether it exists. Immutable and thread-safe.
 */
public final class ContextRoots {
    private static final int SHOWN = 5;

    private final List<Path> roots;

    /**
     * These folders.
     *
     * @param roots none to allow no path at all
     * @throws ContextException if one is not a folder that exists
     */
    public static ContextRoots of(List<Path> roots) throws ContextException {
        List<Path> real = new ArrayList<>();
        for (Path root : roots) {
            try {
                real.add(root.toRealPath());
            } catch (IOException e) {
                throw new ContextException(
                        "The folder " + root + " in rlm.context.roots cannot be used (" + Reasons.of(e)
                                + "): make it or take it out.",
                        e);
            }
            if (!Files.isDirectory(real.getLast())) {
                throw new ContextException("rlm.context.roots names " + root + ", which is no folder: name folders.");
            }
        }
        return new ContextRoots(real);
    }

    /** No folder: no path may be loaded. */
    public static ContextRoots none() {
        return new ContextRoots(List.of());
    }

    private ContextRoots(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * The real path of what may be loaded.
     *
     * @throws ContextException if it does not exist or lies outside
     */
    public Path resolve(String path) throws ContextException {
        if (roots.isEmpty()) {
            throw new ContextException("This server loads no paths, for it loads them only below the folders named in"
                    + " rlm.context.roots and none is named: give the text itself, or name a folder there.");
        }
        Path given;
        try {
            given = Path.of(path).toAbsolutePath();
        } catch (InvalidPathException _) {
            throw new ContextException("The path " + Labels.harmless(path)
                    + " has characters that no path can have on this machine: correct it.");
        }
        try {
            Path real = given.toRealPath();
            if (contains(real)) {
                return real;
            }
        } catch (IOException _) {
            if (isMissingInside(given)) {
                throw new ContextException(
                        "There is no file or folder " + Labels.harmless(path) + ": check the spelling.");
            }
        }
        throw new ContextException("The path " + Labels.harmless(path) + " cannot be loaded: paths must exist and lie"
                + " below one of the folders that rlm.context.roots names (" + shown() + ").");
    }

    /** Whether a real path lies below one of the folders. */
    boolean contains(Path real) {
        return roots.stream().anyMatch(real::startsWith);
    }

    /**
     * Opens a file that is at its real path, without following a link that took its place meanwhile.
     *
     * @throws Unreadable if it is a folder, pipe, device or socket, or no longer inside
     */
    InputStream open(Path real) throws IOException, Unreadable {
        checkRegular(real);
        InputStream in = Files.newInputStream(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            if (!contains(real.toRealPath())) {
                throw new Unreadable("has moved");
            }
            return in;
        } catch (IOException | Unreadable e) {
            in.close();
            throw e;
        }
    }

    /** Opening a pipe would wait for a writer, and a device may have no end. */
    static void checkRegular(Path real) throws IOException, Unreadable {
        if (!Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new Unreadable("is not a regular file");
        }
    }

    /** Whether nothing, not even a link, has this name in a folder inside. */
    private boolean isMissingInside(Path given) {
        Path folder = given.getParent();
        try {
            return folder != null && contains(folder.toRealPath()) && Files.notExists(given, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException _) {
            return false;
        }
    }

    private String shown() {
        String first = roots.stream().limit(SHOWN).map(Path::toString).collect(Collectors.joining(", "));
        return roots.size() > SHOWN ? first + " and " + (roots.size() - SHOWN) + " more" : first;
    }
}
