package dev.rlm.wiring;

import java.nio.file.Path;

/** Where files of the user lie, by the XDG Base Directory Specification. */
public final class UserFolders {

    private UserFolders() {}

    /** The folder of the user's configuration. */
    public static Path configuration() {
        return folder("XDG_CONFIG_HOME", ".config");
    }

    /** The folder that keeps contexts unless another is configured. */
    static Path contexts() {
        return folder("XDG_DATA_HOME", ".local/share").resolve("contexts");
    }

    /** The file that keeps tasks and their journals unless another store is configured. */
    static Path tasks() {
        return folder("XDG_DATA_HOME", ".local/share").resolve("tasks.db");
    }

    /** The folder that keeps results unless another is configured. */
    static Path results() {
        return folder("XDG_DATA_HOME", ".local/share").resolve("results");
    }

    /** The folder that caches contexts unless another is configured. */
    static Path contextCache() {
        return folder("XDG_CACHE_HOME", ".cache").resolve("contexts");
    }

    /** The folder that keeps uploads that are not complete. */
    static Path uploads() {
        return folder("XDG_CACHE_HOME", ".cache").resolve("uploads");
    }

    /** The folder that keeps which fonts this machine has. */
    static Path fontCache() {
        return folder("XDG_CACHE_HOME", ".cache").resolve("fonts");
    }

    private static Path folder(String variable, String standard) {
        String chosen = System.getenv(variable);
        Path base = chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home")).resolve(standard)
                : Path.of(chosen);
        return base.resolve("rlm");
    }
}
