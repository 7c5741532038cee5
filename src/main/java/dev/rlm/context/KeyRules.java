package dev.rlm.context;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which objects the {@code .gitignore} objects among them leave out, and {@code .git}, as in a folder on disk. The rules
 * that are kept are those of the folders that the object asked about lies in. Not thread-safe.
 */
final class KeyRules {
    private static final String FILE = ".gitignore";

    /** A folder with more of them is none that anybody keeps in Git. */
    private static final int MOST_FILES = 10_000;

    private final Map<String, String> files = new HashMap<>();
    private final Content content;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** Reads an object. */
    interface Content {
        /** Its first bytes, up to {@link IgnoreRules#MAX_BYTES}; none if it cannot be read. */
        byte[] of(String key) throws IOException, ContextException, InterruptedException;
    }

    /** A folder whose path ends with a slash, but for the topmost, whose is empty. */
    private record Level(String folder, boolean isLeftOut, IgnoreRules rules) {}

    KeyRules(Content content) {
        this.content = content;
    }

    /**
     * Notes that there is an object, if it holds rules. All are noted before the first is asked about.
     *
     * @param path what is asked about by, with single slashes
     */
    void note(String path, String key) throws ContextException {
        if (path.equals(FILE) || path.endsWith("/" + FILE)) {
            files.putIfAbsent(path.substring(0, path.length() - FILE.length()), key);
            if (files.size() > MOST_FILES) {
                throw new ContextException("There are more than " + MOST_FILES
                        + " .gitignore files in it, more than are looked at for one context: load a part of it.");
            }
        }
    }

    /** Whether an object is to be left out; quick if objects of one folder are asked about one after the other. */
    boolean leaveOut(String path) throws IOException, ContextException, InterruptedException {
        if (levels.isEmpty()) {
            levels.push(new Level("", false, rules(IgnoreRules.none(), "")));
        }
        while (!path.startsWith(levels.getFirst().folder())) {
            levels.pop();
        }
        int start = levels.getFirst().folder().length();
        for (int slash = path.indexOf('/', start); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            levels.push(below(levels.getFirst(), path.substring(0, slash)));
        }
        Level level = levels.getFirst();
        return isLeftOut(level, path, false);
    }

    private Level below(Level above, String folder) throws IOException, ContextException, InterruptedException {
        String path = folder + "/";
        boolean leftOut = isLeftOut(above, folder, true);
        return new Level(path, leftOut, leftOut ? above.rules() : rules(above.rules(), path));
    }

    private static boolean isLeftOut(Level level, String path, boolean isFolder) {
        String name = path.substring(level.folder().length());
        return level.isLeftOut() || name.equals(".git") || level.rules().ignores(path, isFolder);
    }

    private IgnoreRules rules(IgnoreRules above, String folder)
            throws IOException, ContextException, InterruptedException {
        String key = files.get(folder);
        return key == null ? above : above.below(folder, content.of(key));
    }
}
