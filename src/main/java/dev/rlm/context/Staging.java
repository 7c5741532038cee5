package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The texts of one context while it is loaded, in a folder of their own that goes when this is closed. */
final class Staging implements AutoCloseable {
    private final Path folder;
    private final PrivateFiles files;
    private final DurableContextStore store;

    Staging(Path folder, PrivateFiles files, DurableContextStore store) {
        this.folder = folder;
        this.files = files;
        this.store = store;
    }

    /** A place for one more text; only one at a time may be open. */
    StagedText newText() throws IOException {
        return new StagedText(files.write(folder.resolve("incoming")));
    }

    /** A file of a name for what is read from a file only, in place of the one before of that name. */
    Path spool(String name, Spooled content) throws IOException, ContextException, InterruptedException, Unreadable {
        Path file = folder.resolve(name);
        try (FileChannel channel = files.write(file)) {
            content.writeTo(channel);
        }
        return file;
    }

    /** Writes what is to be read from a file. */
    interface Spooled {
        void writeTo(FileChannel file) throws IOException, ContextException, InterruptedException, Unreadable;
    }

    /** Keeps a text that is complete. */
    void keep(Document document) throws IOException {
        Files.move(folder.resolve("incoming"), folder.resolve(document.sha256()), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Saves the context that the texts kept here make up. */
    void save(Context context) throws IOException, ContextException, InterruptedException {
        store.save(context, folder);
    }

    @Override
    public void close() throws IOException {
        PrivateFiles.deleteTree(folder);
    }
}
