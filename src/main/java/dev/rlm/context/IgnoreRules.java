package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the {@code .gitignore} files of a folder and those above it, as Git applies them: the nearest file
 * decides, in it the last rule that matches, and {@code .git/info/exclude} comes last. Rules that are malformed, or have
 * more than four {@code *} in one name, count for nothing. Immutable.
 */
final class IgnoreRules {
    static final int MAX_BYTES = 1 << 20;

    /** Matching a name takes time to the power of the wildcards. */
    private static final int MAX_WILDCARDS = 4;

    private final @Nullable IgnoreRules above;
    /** Ends with a slash, or is empty. */
    private final String folder;

    private final IgnoreNode rules;

    private IgnoreRules(@Nullable IgnoreRules above, String folder, IgnoreNode rules) {
        this.above = above;
        this.folder = folder;
        this.rules = rules;
    }

    /** The rules for a folder that loading starts at: those of the Git work tree it lies in too, as far as allowed. */
    static IgnoreRules of(Path start, ContextRoots roots) {
        Deque<Path> folders = new ArrayDeque<>();
        Path folder = start;
        while (folder != null && roots.contains(folder)) {
            folders.push(folder);
            if (Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
                IgnoreRules found = from(folders);
                boolean ignored = !folder.equals(start) && found.ignores(start, true);
                return ignored ? at(start) : found;
            }
            folder = folder.getParent();
        }
        return at(start);
    }

    /** No rules, for paths that start at some folder. */
    static IgnoreRules none() {
        return new IgnoreRules(null, "", new IgnoreNode());
    }

    /** The rules for a folder below. */
    IgnoreRules below(Path child) {
        return below(slashed(child) + "/", read(child.resolve(".gitignore")));
    }

    /**
     * The rules for a folder below.
     *
     * @param child its path, which ends with a slash
     * @param file its {@code .gitignore}
     */
    IgnoreRules below(String child, byte[] file) {
        return below(child, parse(file));
    }

    private IgnoreRules below(String child, IgnoreNode own) {
        return own.getRules().isEmpty() ? this : new IgnoreRules(this, child, own);
    }

    /** Whether a file or folder is to be left out; what lies below a folder that is left out is not asked about. */
    boolean ignores(Path path, boolean isFolder) {
        return ignores(slashed(path), isFolder);
    }

    /** The same for a path with forward slashes, and none at its end. */
    boolean ignores(String path, boolean isFolder) {
        for (IgnoreRules level = this; level != null; level = level.above) {
            String relative = path.substring(Math.min(level.folder.length(), path.length()));
            Boolean ignored = level.rules.checkIgnored(relative, isFolder);
            if (ignored != null) {
                return ignored;
            }
        }
        return false;
    }

    private static IgnoreRules at(Path start) {
        return from(new ArrayDeque<>(List.of(start)));
    }

    private static IgnoreRules from(Deque<Path> folders) {
        Path top = folders.getFirst();
        IgnoreRules rules = new IgnoreRules(null, slashed(top) + "/", read(top.resolve(".git/info/exclude")));
        for (Path folder : folders) {
            rules = rules.below(folder);
        }
        return rules;
    }

    private static IgnoreNode read(Path file) {
        try {
            ContextRoots.checkRegular(file);
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return parse(in.readNBytes(MAX_BYTES));
            }
        } catch (IOException | Unreadable _) {
            // Git goes on without rules that it cannot read.
            return new IgnoreNode();
        }
    }

    private static IgnoreNode parse(byte[] file) {
        List<FastIgnoreRule> rules = new ArrayList<>();
        try {
            new String(file, 0, Math.min(file.length, MAX_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#") && isCheap(line))
                    .forEach(line -> rules.add(new FastIgnoreRule(line)));
        } catch (RuntimeException _) {
            // Nor does Git mind what is malformed.
        }
        return new IgnoreNode(rules);
    }

    /** Without a slash at the end, the root's too. */
    private static String slashed(Path path) {
        String slashed = path.toString().replace('\\', '/');
        return slashed.endsWith("/") ? slashed.substring(0, slashed.length() - 1) : slashed;
    }

    private static boolean isCheap(String line) {
        for (String part : line.replace("**", "").split("/", -1)) {
            if (part.chars().filter(c -> c == '*').count() > MAX_WILDCARDS) {
                return false;
            }
        }
        return true;
    }
}
