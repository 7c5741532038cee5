package dev.rlm.wiring;

import java.nio.file.Path;

/** Where data of the user lies, by the XDG Base Directory Specification. */
final class UserFolders {

    private UserFolders() {}

    /** The folder that keeps contexts unless another is configured. */
    static Path contexts() {
        String data = System.getenv("XDG_DATA_HOME");
        Path base = data == null || data.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(data);
        return base.resolve("rlm").resolve("contexts");
    }
}
