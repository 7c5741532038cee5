package dev.rlm.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderObjectStoreTest extends ObjectStoreContract {
    @TempDir
    Path temporary;

    @Override
    protected ObjectStore store() {
        return new FolderObjectStore(temporary.resolve("objects"));
    }

    @Test
    void whatAKilledProcessLeftIsNeverSeenAndClearedAway() throws Exception {
        store().put("a", Upload.of(new byte[] {1}));
        Path left = Files.write(temporary.resolve("objects/.incoming/half"), new byte[] {1, 2});
        Path running = Files.write(temporary.resolve("objects/.incoming/running"), new byte[] {1, 2});
        Files.setLastModifiedTime(left, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

        assertThat(keys(store().listAll(""))).containsExactly("a");
        assertThat(store().clearAbandoned(Instant.parse("2026-01-02T00:00:00Z")))
                .isEqualTo(1);
        assertThat(left).doesNotExist();
        assertThat(running).exists();
    }

    @Test
    void onlyTheirOwnerCanReadThem() throws Exception {
        store().put("some/key", Upload.of(new byte[] {1}));
        Path file = temporary.resolve("objects/some/key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aFolderThatIsAFileIsASentence() throws Exception {
        Files.writeString(temporary.resolve("objects"), "no folder");
        assertThatThrownBy(() -> store().put("a", Upload.of(new byte[1])))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("The folder " + temporary.resolve("objects") + " could not be written");
    }
}
