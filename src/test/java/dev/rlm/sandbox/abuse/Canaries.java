package dev.rlm.sandbox.abuse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What no cell may ever read, write or reach: secrets in files and in the server's environment, a folder that must stay
 * empty, and a port that nobody may connect to.
 */
final class Canaries implements AutoCloseable {
    /** A variable of this process that holds a secret. */
    static final String ENVIRONMENT_VARIABLE = "RLM_ABUSE_SECRET";

    private static final String WRITTEN = "rlm-abuse-written";

    private final String secret = "canary-" + UUID.randomUUID();
    private final Path besideContent;
    private final Path home;
    private final Path temporary;
    private final Path emptyFolder;
    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();

    /** Sets them up around a folder of the suite, which has a sub-folder {@code content}. */
    Canaries(Path folder) throws IOException {
        besideContent = Files.writeString(folder.resolve("secret.txt"), secret);
        emptyFolder = Files.createDirectory(folder.resolve("empty"));
        home = Files.writeString(
                Files.createTempFile(Path.of(System.getProperty("user.home")), "rlm-abuse", ".txt"), secret);
        temporary = Files.writeString(Files.createTempFile("rlm-abuse", ".txt"), secret);
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("canary").start(this::count);
    }

    private void count() {
        while (!listener.isClosed()) {
            try {
                listener.accept().close();
                connections.incrementAndGet();
            } catch (IOException e) {
                // Closed: the suite is over.
            }
        }
    }

    /** A cell that tells the cells where everything is. */
    String directions() {
        return """
                secret_file = %s
                home_file = %s
                temporary_file = %s
                empty_folder = %s
                port = %d
                """.formatted(python(besideContent), python(home), python(temporary), python(emptyFolder), port());
    }

    private static String python(Path path) {
        return "'" + path + "'";
    }

    private int port() {
        return listener.getLocalPort();
    }

    /** What must never be in an output. */
    List<String> secrets() {
        List<String> secrets = new ArrayList<>(List.of(secret));
        String environment = System.getenv(ENVIRONMENT_VARIABLE);
        if (environment == null) {
            throw new IllegalStateException("The build must set the variable " + ENVIRONMENT_VARIABLE + ".");
        }
        secrets.add(environment);
        return secrets;
    }

    /** What has been done that must not be; empty if all is well. */
    List<String> damage() throws IOException {
        List<String> damage = new ArrayList<>();
        for (Path file : List.of(besideContent, home, temporary)) {
            if (!Files.exists(file) || !Files.readString(file).equals(secret)) {
                damage.add(file + " is not as it was");
            }
        }
        for (Path folder : List.of(
                emptyFolder,
                home.getParent(),
                temporary.getParent(),
                Path.of("").toAbsolutePath())) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> folder.equals(emptyFolder)
                                || file.getFileName().toString().startsWith(WRITTEN))
                        .forEach(file -> damage.add(file + " was written"));
            }
        }
        if (connections.get() > 0) {
            damage.add("somebody connected to the listener");
        }
        return damage;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(home);
        Files.deleteIfExists(temporary);
    }
}
