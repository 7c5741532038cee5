package dev.rlm.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds out what confines sandbox workers on this machine, by starting one that tries to get out. It runs no Python, and
 * nothing that a model wrote.
 */
public final class SandboxCheck {
    private static final int SELF_AND_REAPER = 3;

    private final List<Finding> findings = new ArrayList<>();
    private final Confinement confinement;
    private final Facts facts;

    private SandboxCheck(Confinement confinement, Facts facts) {
        this.confinement = confinement;
        this.facts = facts;
    }

    /**
     * What holds of one layer.
     *
     * @param layer the layer
     * @param holds whether all of it holds
     * @param detail what was found
     * @param advice what can be done if it does not hold, as sentences; else empty
     */
    public record Finding(Layer layer, boolean holds, String detail, String advice) {}

    /**
     * The findings.
     *
     * @param summary which launcher was chosen, and why no better one
     * @param findings one for each layer
     */
    public record Report(String summary, List<Finding> findings) {
        /** The findings are copied. */
        public Report {
            findings = List.copyOf(findings);
        }

        /** Whether every layer holds. */
        public boolean complete() {
            return findings.stream().allMatch(Finding::holds);
        }
    }

    /**
     * Checks with these settings.
     *
     * @throws SandboxException if no worker can be started
     * @throws IllegalArgumentException if the settings require an isolation that does not work here
     */
    public static Report run(SandboxSettings settings) throws SandboxException, InterruptedException {
        WorkerCommand command = WorkerCommand.ofThisApplication(settings);
        command.prepare();
        Confinement confinement = Confinement.choose(settings, command, Tools.ofThisMachine());
        return report(settings, confinement, facts(confinement, command));
    }

    private static Facts facts(Confinement confinement, WorkerCommand command)
            throws SandboxException, InterruptedException {
        Path secret = null;
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            secret = Files.createTempFile("rlm-check", ".txt");
            List<Path> files = List.of(
                    secret,
                    Path.of("/etc/passwd"),
                    Path.of(System.getProperty("user.home", "/home")).resolve(".profile"),
                    Path.of("/home"),
                    Path.of("/var"));
            return Facts.gather(confinement, command, listening.getLocalPort(), files);
        } catch (IOException e) {
            throw new SandboxException("The check cannot be prepared: " + e.getMessage(), e);
        } finally {
            if (secret != null) {
                var _ = secret.toFile().delete();
            }
        }
    }

    /** Judges what a worker could do. */
    static Report report(SandboxSettings settings, Confinement confinement, Facts facts) {
        SandboxCheck check = new SandboxCheck(confinement, facts);
        check.network();
        check.files(settings);
        check.processes();
        check.users();
        check.privileges();
        check.limits(settings);
        check.memory(settings);
        check.priority();
        return new Report(confinement.summary(), check.findings);
    }

    private void network() {
        boolean alone = facts.apart("net")
                && facts.value("interfaces").replace("lo", "").isBlank()
                && !facts.value("connection").startsWith("made");
        finding(
                Layer.NETWORK,
                alone,
                alone
                        ? "none: a namespace of its own without connection"
                        : "a worker could reach the server's network");
    }

    private void files(SandboxSettings settings) {
        List<String> read = facts.made("read");
        List<String> written = facts.made("write");
        boolean closed = facts.apart("mnt") && read.isEmpty() && written.isEmpty();
        String detail = closed
                ? "it sees only Java, its libraries and Python's, read-only, in a root with: " + facts.value("root")
                : "a worker could read " + orNothing(read) + " and write " + orNothing(written)
                        + (settings.workerLog().isPresent() ? " (rlm.sandbox.worker-log lets files grow)" : "");
        finding(Layer.FILES, closed, detail);
    }

    private void processes() {
        boolean alone = facts.apart("pid") && facts.number("processes") <= SELF_AND_REAPER;
        finding(
                Layer.PROCESSES,
                alone && !facts.value("program").startsWith("made"),
                alone
                        ? "it sees no process but its own, can start no shell, and ends with the server"
                        : "a worker saw " + facts.number("processes") + " processes");
    }

    private void users() {
        boolean apart = facts.apart("user") && facts.apart("ipc") && facts.apart("uts");
        finding(
                Layer.USERS,
                apart,
                apart
                        ? "namespaces of its own for users, IPC and host name (" + facts.value("host name") + ")"
                        : "a worker runs as the server's user");
    }

    private void privileges() {
        boolean none = facts.noneOf("CapEff")
                && facts.noneOf("CapPrm")
                && facts.noneOf("CapAmb")
                && facts.number("NoNewPrivs") == 1;
        finding(
                Layer.PRIVILEGES,
                none,
                none ? "no capabilities, and no way to gain any" : "a worker has capabilities or could gain some");
    }

    private void limits(SandboxSettings settings) {
        long files = settings.workerLog().isPresent() ? ConfinementChoice.MOST_LOG_BYTES : 0;
        long threads = facts.number("threads");
        boolean limited = facts.number("limit Max core file size") == 0
                && facts.number("limit Max file size") == files
                && facts.number("limit Max open files") == ConfinementChoice.MOST_DESCRIPTORS
                && threads < ConfinementChoice.MOST_THREADS;
        finding(
                Layer.LIMITS,
                limited,
                "core dumps " + facts.value("limit Max core file size") + ", file size "
                        + facts.value("limit Max file size") + ", descriptors " + facts.value("limit Max open files")
                        + ", threads "
                        + (threads < ConfinementChoice.MOST_THREADS
                                ? "ended at " + threads
                                : "not limited: it could start " + threads));
    }

    private void memory(SandboxSettings settings) {
        HostMemory host = HostMemory.ofThisMachine();
        long one = WorkerMemory.charge(settings.heapBytes());
        long all = settings.memoryBytes().orElseGet(() -> host.forWorkers(one));
        boolean fits = all + host.serverHeapBytes() <= host.totalBytes();
        boolean first = facts.number("out-of-memory score") > 0;
        finding(
                Layer.MEMORY,
                fits && first,
                "one worker " + mebibytes(one) + " MiB, all together at most " + mebibytes(all) + " of "
                        + mebibytes(host.totalBytes()) + " MiB"
                        + (fits ? "" : "; with the server's heap that is more than there is")
                        + (first ? "; when memory runs out the system ends workers first" : ""));
    }

    private void priority() {
        boolean low = facts.number("nice") >= ConfinementChoice.NICENESS;
        finding(Layer.PRIORITY, low, "nice " + facts.value("nice"));
    }

    private void finding(Layer layer, boolean holds, String detail) {
        List<Gap> gaps =
                confinement.gaps().stream().filter(gap -> gap.layer() == layer).toList();
        boolean whole = holds && gaps.isEmpty();
        String known = gaps.stream()
                .map(gap -> "Missing: " + gap.what() + ". " + gap.advice())
                .collect(Collectors.joining(" "));
        String advice = whole ? "" : known.isEmpty() ? advice(layer) : known;
        findings.add(new Finding(layer, whole, detail, advice));
    }

    private static String advice(Layer layer) {
        return switch (layer) {
            case NETWORK, FILES, PROCESSES, USERS ->
                "Install bubblewrap, on a Linux that lets this user make namespaces.";
            case PRIVILEGES, LIMITS, PRIORITY -> "Install util-linux and coreutils.";
            case MEMORY -> "Set rlm.sandbox.heap or rlm.sandbox.memory lower, or give Java a smaller heap (-Xmx).";
        };
    }

    private static String orNothing(List<String> names) {
        return names.isEmpty() ? "nothing else" : String.join(", ", names);
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }
}
