package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes in the files of a folder as documents, sorted by path, without {@code .git} and what {@code .gitignore} names.
 * Links to folders are not followed. A link to a file is followed once if the file lies outside this folder but below
 * the allowed ones; a file inside is met anyway.
 */
final class Folder {
    private final Path root;
    private final String prefix;
    private final ContextRoots roots;
    private final Intake intake;
    private final Set<Path> linked = new HashSet<>();

    /**
     * A folder.
     *
     * @param root its real path
     * @param prefix what its documents' names start with
     */
    Folder(Path root, String prefix, ContextRoots roots, Intake intake) {
        this.root = root;
        this.prefix = prefix;
        this.roots = roots;
        this.intake = intake;
    }

    private record Child(Path path, String name, BasicFileAttributes attributes) {
        /** As the path below a folder would be sorted. */
        String sortKey() {
            return attributes.isDirectory() ? name + "/" : name;
        }
    }

    /** Takes in all files. */
    void load() throws IOException, ContextException, InterruptedException {
        load(root, prefix, IgnoreRules.of(root, roots));
    }

    private void load(Path folder, String label, IgnoreRules rules)
            throws IOException, ContextException, InterruptedException {
        List<Child> children;
        try {
            children = children(folder, label);
        } catch (IOException e) {
            skipUnreadable(label, e);
            return;
        }
        for (Child child : children) {
            String name = label + child.name();
            boolean isFolder = child.attributes().isDirectory();
            if (rules.ignores(child.path(), isFolder)) {
                continue;
            }
            if (isFolder) {
                load(child.path(), name + "/", rules.below(child.path()));
            } else if (child.attributes().isSymbolicLink()) {
                addLinked(child.path(), name);
            } else {
                add(child.path(), name);
            }
        }
    }

    private List<Child> children(Path folder, String label) throws IOException, ContextException, InterruptedException {
        if (!folder.toRealPath().equals(folder)) {
            throw new IOException("it has moved");
        }
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            for (Path path : paths) {
                intake.look();
                String name = path.getFileName().toString();
                try {
                    if (!name.equals(".git")) {
                        children.add(new Child(
                                path,
                                name,
                                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
                    }
                } catch (IOException e) {
                    skipUnreadable(label + name, e);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.comparing(Child::sortKey));
        return children;
    }

    private void addLinked(Path link, String name) throws IOException, ContextException, InterruptedException {
        Path target;
        try {
            target = link.toRealPath();
        } catch (IOException _) {
            intake.skip(name, "is a link that leads to nothing that may be loaded");
            return;
        }
        if (!roots.contains(target)) {
            intake.skip(name, "is a link that leads to nothing that may be loaded");
        } else if (target.startsWith(root)) {
            intake.skip(name, "is a link within the folder");
        } else if (Files.isDirectory(target)) {
            intake.skip(name, "is a link to a folder");
        } else if (linked.add(target)) {
            add(target, name);
        } else {
            intake.skip(name, "is a link to a file that is loaded already");
        }
    }

    private void add(Path file, String name) throws IOException, ContextException, InterruptedException {
        try (InputStream in = open(file)) {
            intake.add(name, in);
        } catch (Unreadable e) {
            intake.skip(name, e.reason());
        }
    }

    private InputStream open(Path file) throws Unreadable, InterruptedException {
        try {
            return roots.open(file);
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw new Unreadable("cannot be read (" + Reasons.of(e) + ")");
        }
    }

    private void skipUnreadable(String name, IOException e) {
        intake.skip(name, "cannot be read (" + Reasons.of(e) + ")");
    }
}
