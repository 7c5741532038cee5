package dev.rlm.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a worker by util-linux's {@code unshare} and a script, in namespaces of its own. What it sees is the same as
 * under bubblewrap: the script builds a root folder in memory, binds the view into it read-only, and leaves the old one.
 *
 * @param outside what lowers its priority and ends it with the thread that started it
 * @param program unshare
 * @param shell a POSIX shell
 * @param inside what drops the capabilities that the script needed, and limits the worker
 */
record Unshare(List<String> outside, Path program, Path shell, List<String> inside) implements Launcher {
    /** Its arguments are the view, {@code --} and the command. */
    private static final String SCRIPT = """
            set -eu
            PATH=/usr/sbin:/usr/bin:/sbin:/bin
            # Any folder that is there and that no worker needs; only these namespaces see what is mounted on it.
            root=/sys
            umask 022
            ! command -v hostname >/dev/null || hostname sandbox
            mount -t tmpfs -o size=1m,mode=755,nosuid,nodev sandbox $root
            mkdir $root/tmp $root/proc $root/dev $root/old
            mount -t tmpfs -o size=1m,mode=1777,nosuid,nodev,noexec sandbox $root/tmp
            while [ "$1" != -- ]; do
              case $1 in
                folder)
                  mkdir -p "$root$2"
                  mount --bind -o ro,nosuid,nodev "$2" "$root$2"
                  shift 2 ;;
                file)
                  mkdir -p "$root${2%/*}"
                  : >"$root$2"
                  mount --bind -o ro,nosuid,nodev "$2" "$root$2"
                  shift 2 ;;
                device)
                  : >"$root$2"
                  mount --bind "$2" "$root$2"
                  shift 2 ;;
                link)
                  ln -s "$3" "$root$2"
                  shift 3 ;;
              esac
            done
            shift
            mount -t proc -o nosuid,nodev,noexec proc $root/proc
            echo 0 >$root/proc/sys/user/max_user_namespaces
            mount -o remount,bind,ro,nosuid,nodev $root
            leave=/old$(command -v umount)
            cd $root
            pivot_root . old
            # By its old path, as nothing of that shall stay; the shell itself is in memory already.
            "$leave" -l /old
            cd /tmp
            exec "$@"
            """;

    Unshare {
        outside = List.copyOf(outside);
        inside = List.copyOf(inside);
    }

    @Override
    public Isolation isolation() {
        return Isolation.UNSHARE;
    }

    @Override
    public List<String> line(View view, List<String> worker) {
        List<String> namespaces = List.of(
                program.toString(),
                "--user",
                "--map-root-user",
                "--net",
                "--mount",
                "--pid",
                "--ipc",
                "--uts",
                "--cgroup",
                "--fork",
                "--kill-child=KILL",
                shell.toString(),
                "-c",
                SCRIPT,
                "rlm");
        return Launcher.join(outside, namespaces, mounts(view), List.of("--"), inside, worker);
    }

    private static List<String> mounts(View view) {
        List<String> mounts = new ArrayList<>();
        for (Path path : view.paths()) {
            mounts.addAll(List.of(path.toFile().isDirectory() ? "folder" : "file", path.toString()));
        }
        for (String device : DEVICES) {
            mounts.addAll(List.of("device", device));
        }
        view.links().forEach((link, target) -> mounts.addAll(List.of("link", link.toString(), target.toString())));
        return mounts;
    }
}
