package dev.rlm.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a worker by bubblewrap, in namespaces of its own. It dies with the thread that started it.
 *
 * @param outside what lowers its priority; outside of the namespaces
 * @param program bubblewrap
 * @param inside what limits the worker; inside, so that processes are counted for each worker and not for the user
 * @param nesting whether the worker could make user namespaces of its own, as releases before 0.8 cannot forbid it
 * @param processes whether {@code /proc} shows the worker's own processes; in some containers it cannot, and is empty
 */
record Bubblewrap(List<String> outside, Path program, List<String> inside, boolean nesting, boolean processes)
        implements Launcher {
    Bubblewrap {
        outside = List.copyOf(outside);
        inside = List.copyOf(inside);
    }

    @Override
    public Isolation isolation() {
        return Isolation.BUBBLEWRAP;
    }

    @Override
    public List<String> line(View view, List<String> worker) {
        return Launcher.join(outside, List.of(program.toString()), options(view), List.of("--"), inside, worker);
    }

    private List<String> options(View view) {
        List<String> options = new ArrayList<>(List.of(
                "--unshare-user",
                "--unshare-net",
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--unshare-cgroup-try",
                "--die-with-parent",
                "--new-session",
                "--hostname",
                "sandbox",
                "--uid",
                "65534",
                "--gid",
                "65534",
                "--cap-drop",
                "ALL",
                "--clearenv",
                "--setenv",
                "LC_ALL",
                "C.UTF-8"));
        if (!nesting) {
            options.add("--disable-userns");
        }
        options.addAll(List.of("--size", String.valueOf(TEMPORARY_BYTES), "--tmpfs", "/tmp"));
        for (Path path : view.paths()) {
            options.addAll(List.of("--ro-bind", path.toString(), path.toString()));
        }
        view.links()
                .forEach((link, target) -> options.addAll(List.of("--symlink", target.toString(), link.toString())));
        for (String device : DEVICES) {
            options.addAll(List.of("--dev-bind", device, device));
        }
        if (processes) {
            options.addAll(List.of("--proc", "/proc"));
        } else {
            // Without /proc the loader cannot tell where a program lies, and finds its libraries by this.
            options.addAll(List.of("--setenv", "LD_LIBRARY_PATH", System.getProperty("java.home") + "/lib"));
        }
        options.addAll(List.of("--remount-ro", "/", "--chdir", "/tmp"));
        return options;
    }
}
