package dev.rlm.context;

import dev.rlm.storage.s3.S3Names;
import dev.rlm.storage.s3.S3Reader.Listed;
import dev.rlm.storage.s3.S3Reader.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes in the objects below an address in S3 as {@link Folder} takes in the files of a folder, in the order in which the
 * bucket lists them, which is that of their keys. They are listed twice, first to find what {@code .gitignore} objects
 * there are, so that the list need not be kept. An object that cannot be read is left out and told of; where the bucket
 * cannot be read any more, nothing is loaded.
 *
 * <p>An object is read as it was at one moment, never half as it was and half as it became. One that was replaced after
 * it was listed is taken in as it is now and told of.
 */
final class ObjectFolder {
    private static final int NAMED = 5;

    private final S3Address folder;
    private final String prefix;
    private final S3Fetch objects;
    private final Intake intake;
    private final Staging staging;
    private final KeyRules rules;
    private final List<String> replaced = new ArrayList<>();
    private int replacedCount;

    /**
     * A folder.
     *
     * @param folder an address that may be loaded
     * @param prefix what its documents' names start with
     */
    ObjectFolder(S3Address folder, String prefix, S3Fetch objects, Intake intake, Staging staging) {
        this.folder = folder;
        this.prefix = prefix;
        this.objects = objects;
        this.intake = intake;
        this.staging = staging;
        this.rules = new KeyRules(this::firstBytes);
    }

    /** Takes in all objects. */
    void load() throws IOException, ContextException, InterruptedException {
        look();
        try (FetchAhead ahead = new FetchAhead(objects, folder.bucket())) {
            each(object -> {
                if (isWanted(object)) {
                    if (ahead.isFull()) {
                        take(ahead);
                    }
                    ahead.begin(object);
                }
            });
            while (!ahead.isEmpty()) {
                take(ahead);
            }
        }
        if (replacedCount > 0) {
            intake.note("Replaced while they were loaded, and taken in as they became: " + String.join(", ", replaced)
                    + (replacedCount > NAMED ? " and " + (replacedCount - NAMED) + " more." : "."));
        }
    }

    private void look() throws IOException, ContextException, InterruptedException {
        boolean[] any = new boolean[1];
        each(object -> {
            intake.look();
            if (!isMarker(object)) {
                any[0] = true;
                rules.note(path(object), object.key());
            }
        });
        if (!any[0]) {
            throw new ContextException("There is no object below " + folder + ": check the spelling.");
        }
    }

    private interface Visit {
        void to(Listed object) throws IOException, ContextException, InterruptedException;
    }

    private void each(Visit visit) throws IOException, ContextException, InterruptedException {
        String next = null;
        do {
            Page page = objects.list(folder, next);
            for (Listed object : page.objects()) {
                visit.to(object);
            }
            next = page.next();
        } while (next != null);
    }

    /** Whether an object only stands for a folder, as programs make them that show buckets as folders. */
    private static boolean isMarker(Listed object) {
        return object.key().endsWith("/") && object.size() == 0;
    }

    private String path(Listed object) {
        return Labels.relative(object.key().substring(folder.key().length()));
    }

    private boolean isWanted(Listed object) throws IOException, ContextException, InterruptedException {
        if (isMarker(object) || rules.leaveOut(path(object))) {
            return false;
        }
        if (!S3Names.isUnequivocal(object.key())) {
            intake.skip(prefix + path(object), "has a key with a part '.' or '..'");
            return false;
        }
        return true;
    }

    private void take(FetchAhead ahead) throws IOException, ContextException, InterruptedException {
        Listed listed = ahead.next();
        String name = prefix + path(listed);
        try (BegunObject object = ahead.take()) {
            add(name, object);
            if (!listed.tag().isEmpty() && !listed.tag().equals(object.object().tag())) {
                noteReplaced(name);
            }
        } catch (Unreadable e) {
            intake.skip(name, e.reason());
        }
    }

    private void add(String name, BegunObject object)
            throws Unreadable, IOException, ContextException, InterruptedException {
        if (object.isWhole()) {
            intake.add(name, object.stream());
            return;
        }
        long most = intake.limits().bytes();
        switch (object.kind()) {
            case ByteKind.NoText noText -> throw new Unreadable(noText.reason());
            case ByteKind.Text _
            when object.object().size() > most -> throw intake.limits().tooManyBytes();
            default -> {
                Path file = staging.spool("fetched", to -> objects.copy(object, most, to));
                try (InputStream in = Files.newInputStream(file)) {
                    intake.add(name, in);
                }
            }
        }
    }

    private void noteReplaced(String name) {
        replacedCount++;
        if (replaced.size() < NAMED) {
            replaced.add(Labels.harmless(name));
        }
    }

    private byte[] firstBytes(String key) throws IOException, ContextException, InterruptedException {
        try {
            return objects.head(new S3Address(folder.bucket(), key), IgnoreRules.MAX_BYTES);
        } catch (Unreadable _) {
            // Git goes on without rules that it cannot read.
            return new byte[0];
        }
    }
}
