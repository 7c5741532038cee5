package dev.rlm.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A way to start a worker so that the operating system confines it. Immutable. */
sealed interface Launcher permits Bubblewrap, Unshare, Plain {
    /** The devices that a worker may use. */
    List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom");

    /** How many bytes a worker may keep in temporary files. */
    int TEMPORARY_BYTES = 1 << 20;

    /** Which way it is; never {@link Isolation#AUTO}. */
    Isolation isolation();

    /** The command line that starts the worker's one. */
    List<String> line(View view, List<String> worker);

    /** One list of several. */
    @SafeVarargs
    static List<String> join(List<String>... parts) {
        List<String> line = new ArrayList<>();
        for (List<String> part : parts) {
            line.addAll(part);
        }
        return List.copyOf(line);
    }

    /** The program of a command prefix, if there is one. */
    static List<Path> programOf(List<String> prefix) {
        return prefix.isEmpty() ? List.of() : List.of(Path.of(prefix.getFirst()));
    }
}
