package dev.rlm.sandbox.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tries what a worker must not be able to do, and prints what came of it: a line for each fact, its name, a tab and its
 * value. Runs no Python. The server judges the facts.
 */
final class SelfCheck {
    private static final List<String> NAMESPACES = List.of("net", "mnt", "pid", "user", "ipc", "uts", "cgroup");

    /** More than a worker may have. */
    private static final int THREADS = 600;

    private static final int STACK_BYTES = 128 << 10;
    private static final int CONNECT_MILLIS = 2_000;
    private static final String NONE = "none";

    private final PrintStream out;

    SelfCheck(PrintStream out) {
        this.out = out;
    }

    /**
     * Tries and prints.
     *
     * @param arguments a port of the server that listens on the loopback interface, then files that must not be seen
     */
    void run(List<String> arguments) {
        for (String namespace : NAMESPACES) {
            fact("namespace " + namespace, link("/proc/self/ns/" + namespace));
        }
        lines("/proc/self/status").forEach(line -> {
            String[] field = line.split(":\\s*", 2);
            if (field[0].startsWith("Cap") || field[0].equals("NoNewPrivs")) {
                fact(field[0], field[1]);
            }
        });
        lines("/proc/self/limits").skip(1).forEach(line -> {
            String[] columns = line.split("\\s{2,}", -1);
            fact("limit " + columns[0], columns[2]);
        });
        fact("host name", lines("/proc/sys/kernel/hostname").findFirst().orElse(NONE));
        fact(
                "out-of-memory score",
                lines("/proc/self/oom_score_adj").findFirst().orElse(NONE));
        fact("nice", nice());
        fact("processes", String.valueOf(processes()));
        fact(
                "environment",
                String.join(" ", System.getenv().keySet().stream().sorted().toList()));
        fact("interfaces", interfaces());
        fact("connection", connection(Integer.parseInt(arguments.getFirst())));
        fact("root", names("/"));
        for (String path : arguments.subList(1, arguments.size())) {
            fact("read " + path, read(Path.of(path)));
        }
        for (String folder : List.of("/", "/tmp", "/dev", "/proc", System.getProperty("java.home", "/"), "")) {
            fact("write " + (folder.isEmpty() ? "working folder" : folder), write(Path.of(folder)));
        }
        fact("program", program());
        fact("heap", String.valueOf(Runtime.getRuntime().maxMemory()));
        // At last: what it leaves may keep others from starting threads.
        fact("threads", String.valueOf(threads()));
        out.flush();
    }

    private void fact(String name, String value) {
        out.println(name + "\t" + value.replaceAll("\\s+", " "));
    }

    private static String link(String path) {
        try {
            return Files.readSymbolicLink(Path.of(path)).toString();
        } catch (IOException e) {
            return NONE;
        }
    }

    private static Stream<String> lines(String path) {
        try {
            return Files.readAllLines(Path.of(path)).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** The 19th field of {@code /proc/self/stat}; the second is in parentheses and may hold spaces. */
    private static String nice() {
        return lines("/proc/self/stat")
                .map(line -> line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[16])
                .findFirst()
                .orElse(NONE);
    }

    private static long processes() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static String interfaces() {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .collect(Collectors.joining(" "));
        } catch (SocketException e) {
            return "";
        }
    }

    private static String connection(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return "made";
        } catch (IOException e) {
            return "refused: " + e.getMessage();
        }
    }

    private static String names(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().collect(Collectors.joining(" "));
        } catch (IOException e) {
            return NONE;
        }
    }

    private static String read(Path path) {
        try {
            if (Files.isDirectory(path)) {
                return "made: " + names(path.toString()).length();
            }
            Files.readAllBytes(path);
            return "made";
        } catch (IOException e) {
            return "refused: " + e.getMessage();
        }
    }

    private static String write(Path folder) {
        Path file = folder.resolve("rlm-self-check").toAbsolutePath();
        try {
            Files.writeString(file, "x");
            Files.delete(file);
            return "made";
        } catch (IOException e) {
            var _ = file.toFile().delete();
            return "refused: " + e.getMessage();
        }
    }

    private static String program() {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
            process.destroyForcibly();
            return "made";
        } catch (IOException e) {
            return "refused";
        }
    }

    private static int threads() {
        CountDownLatch end = new CountDownLatch(1);
        int started = 0;
        try {
            while (started < THREADS) {
                Thread thread = new Thread(null, () -> await(end), "self-check", STACK_BYTES);
                thread.setDaemon(true);
                thread.start();
                started++;
            }
        } catch (OutOfMemoryError e) {
            // The limit of threads.
        }
        end.countDown();
        return started;
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
