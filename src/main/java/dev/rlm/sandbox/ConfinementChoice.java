package dev.rlm.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out which confinement works here, by trying. Used once, by one thread. */
final class ConfinementChoice {
    /** More than any worker needs: a JVM has about 30 threads, and cells use pools of some tens. */
    static final int MOST_THREADS = 512;

    static final int MOST_DESCRIPTORS = 256;

    /** The size to which a worker's log may grow; workers can write no other file. */
    static final long MOST_LOG_BYTES = 64L << 20;

    /** A third of the processor beside a busy program; with much less, workers start too slowly on a busy machine. */
    static final int NICENESS = 5;

    /** When memory runs out, Linux ends processes with a high number first, 1000 being the highest. */
    private static final int OUT_OF_MEMORY_SCORE = 800;

    private static final int CAP_SETPCAP = 8;

    private final SandboxSettings settings;
    private final WorkerCommand command;
    private final Tools tools;
    private final List<Gap> gaps = new ArrayList<>();
    private final List<String> priority;
    private final List<String> limits;

    ConfinementChoice(SandboxSettings settings, WorkerCommand command, Tools tools) {
        this.settings = settings;
        this.command = command;
        this.tools = tools;
        this.priority = priority();
        this.limits = limits();
    }

    Confinement made() {
        Isolation wanted = settings.isolation();
        List<String> reasons = new ArrayList<>();
        if (wanted == Isolation.AUTO || wanted == Isolation.BUBBLEWRAP) {
            Optional<Confinement> made = bubblewrap(reasons);
            if (made.isPresent()) {
                return made.get();
            }
        }
        if (wanted == Isolation.AUTO || wanted == Isolation.UNSHARE) {
            Optional<Confinement> made = unshare(reasons);
            if (made.isPresent()) {
                return made.get();
            }
        }
        String why = String.join("; ", reasons);
        if (wanted == Isolation.BUBBLEWRAP || wanted == Isolation.UNSHARE) {
            throw new IllegalArgumentException("Sandboxes must be isolated by " + wanted.label()
                    + ", which does not work here: " + why + ". Mend that, or choose another isolation.");
        }
        return plain(why);
    }

    /** The limits of a worker in a user namespace, where Linux counts the threads of that namespace alone. */
    private List<String> limitsInside() {
        return limits.isEmpty() ? limits : Launcher.join(limits, List.of("--nproc=" + MOST_THREADS));
    }

    private Optional<Confinement> bubblewrap(List<String> reasons) {
        Optional<Path> program = tools.find("bwrap");
        if (program.isEmpty()) {
            reasons.add("bubblewrap is not installed (Debian, Ubuntu and Fedora: package bubblewrap)");
            return Optional.empty();
        }
        View view = View.of(command.reads(), Launcher.programOf(limits));
        Optional<String> first = Optional.empty();
        for (boolean processes : new boolean[] {true, false}) {
            for (boolean nesting : new boolean[] {false, true}) {
                Launcher launcher = new Bubblewrap(priority, program.get(), limitsInside(), nesting, processes);
                Optional<String> failure = tools.trial(launcher.line(view, command.trial()));
                if (failure.isEmpty()) {
                    if (!processes) {
                        gaps.add(new Gap(
                                Layer.PROCESSES,
                                "/proc for workers, whose self-check sees less",
                                "This container forbids to mount /proc; workers go without it."));
                    }
                    if (nesting) {
                        gaps.add(new Gap(
                                Layer.USERS, "a ban on further user namespaces", "Install bubblewrap 0.8 or newer."));
                    }
                    countThreads();
                    return Optional.of(new Confinement(launcher, "", view, command.library(), gaps));
                }
                first = first.or(() -> failure);
            }
        }
        reasons.add("bubblewrap failed (" + first.orElse("") + ")");
        return Optional.empty();
    }

    private Optional<Confinement> unshare(List<String> reasons) {
        Optional<Path> program = tools.find("unshare");
        Optional<Path> shell = tools.find("sh");
        Optional<Path> privileges = tools.find("setpriv");
        if (program.isEmpty() || shell.isEmpty() || privileges.isEmpty()) {
            reasons.add("unshare, setpriv or sh is not installed (package util-linux)");
            return Optional.empty();
        }
        List<String> end = tools.prefix("setpriv", "--pdeathsig", "KILL");
        List<String> drop = List.of(
                privileges.get().toString(),
                "--pdeathsig",
                "KILL",
                "--no-new-privs",
                "--inh-caps=-all",
                "--ambient-caps=-all",
                "--bounding-set=-all");
        View view = View.of(
                command.reads(),
                Stream.of(drop, limits)
                        .map(Launcher::programOf)
                        .flatMap(List::stream)
                        .toList());
        Launcher launcher = new Unshare(
                Launcher.join(end, priority), program.get(), shell.get(), Launcher.join(drop, limitsInside()));
        Optional<String> failure = tools.trial(launcher.line(view, command.trial()));
        if (failure.isPresent()) {
            reasons.add("unshare failed (" + failure.get() + ")");
            return Optional.empty();
        }
        countThreads();
        String why = String.join("; ", reasons);
        return Optional.of(new Confinement(launcher, why, view, command.library(), gaps));
    }

    private Confinement plain(String why) {
        List<String> drop = privileges();
        gaps.addFirst(new Gap(
                Layer.NETWORK,
                "own network, files, processes and users",
                "Install bubblewrap, on a Linux that lets this user make namespaces."));
        if (!limits.isEmpty()) {
            gaps.add(new Gap(Layer.LIMITS, "limit of threads", "It needs namespaces: see above."));
        }
        View nothing = new View(List.of(), Map.of());
        return new Confinement(new Plain(Launcher.join(drop, priority, limits)), why, nothing, command.library(), gaps);
    }

    private List<String> priority() {
        List<String> nice = tools.prefix("nice", "-n", String.valueOf(NICENESS));
        if (nice.isEmpty()) {
            gaps.add(new Gap(Layer.PRIORITY, "low priority", "Install 'nice' (package coreutils)."));
        }
        List<String> score = tools.prefix("choom", "-n", String.valueOf(OUT_OF_MEMORY_SCORE), "--");
        if (score.isEmpty()) {
            gaps.add(new Gap(
                    Layer.MEMORY,
                    "workers being the first to end when the machine's memory runs out",
                    "Install 'choom' (package util-linux)."));
        }
        // A group of its own can be killed as a whole.
        return Launcher.join(tools.prefix("setsid"), nice, score);
    }

    private List<String> limits() {
        long fileBytes = settings.workerLog().isPresent() ? MOST_LOG_BYTES : 0;
        List<String> prefix = tools.prefix(
                "prlimit",
                "--core=0",
                "--fsize=" + fileBytes,
                "--nofile=" + MOST_DESCRIPTORS,
                "--memlock=0",
                "--msgqueue=0");
        if (prefix.isEmpty()) {
            gaps.add(new Gap(
                    Layer.LIMITS,
                    "limits of threads, descriptors, files and core dumps",
                    "Install 'prlimit' (package util-linux)."));
            return prefix;
        }
        return prefix;
    }

    private List<String> privileges() {
        List<String> arguments = new ArrayList<>(List.of("--pdeathsig", "KILL", "--no-new-privs"));
        arguments.addAll(List.of("--inh-caps=-all", "--ambient-caps=-all"));
        if (mayDropCapabilities()) {
            arguments.add("--bounding-set=-all");
        }
        List<String> prefix = tools.prefix("setpriv", arguments.toArray(String[]::new));
        if (prefix.isEmpty()) {
            gaps.add(new Gap(
                    Layer.PRIVILEGES, "a ban on new privileges", "Install 'setpriv' (package util-linux), on Linux."));
        }
        return prefix;
    }

    private static boolean mayDropCapabilities() {
        return status("CapEff:")
                .map(mask -> (Long.parseUnsignedLong(mask, 16) & 1L << CAP_SETPCAP) != 0)
                .orElse(false);
    }

    /** Linux exempts root, whatever root is called in the namespace. */
    private void countThreads() {
        if (limits.isEmpty()) {
            return;
        }
        boolean root = status("Uid:").map(ids -> ids.startsWith("0\t")).orElse(false);
        if (root) {
            gaps.add(new Gap(
                    Layer.LIMITS, "limit of threads, from which Linux exempts root", "Run rlm as an ordinary user."));
        }
    }

    private static Optional<String> status(String field) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.substring(field.length()).strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
