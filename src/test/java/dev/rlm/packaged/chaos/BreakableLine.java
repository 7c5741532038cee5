package dev.rlm.packaged.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy on the loopback interface that can be broken and mended. Thread-safe. */
final class BreakableLine implements AutoCloseable {
    private final int target;
    private final int port;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;

    /** A line to a port of this machine. */
    BreakableLine(int target) throws IOException {
        this.target = target;
        listener = listening(0);
        port = listener.getLocalPort();
        accept(listener);
    }

    int port() {
        return port;
    }

    /** Ends all connections and refuses new ones. */
    void breakDown() throws IOException {
        listener.close();
        connections.forEach(BreakableLine::end);
    }

    /** Lets connections through again. */
    void mend() throws IOException {
        listener = listening(port);
        accept(listener);
    }

    private static ServerSocket listening(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private void accept(ServerSocket from) {
        Thread.ofPlatform().daemon().name("line").start(() -> {
            while (!from.isClosed()) {
                try {
                    Socket client = from.accept();
                    connections.add(client);
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    connections.add(server);
                    pass(client, server);
                    pass(server, client);
                    if (from.isClosed()) {
                        end(client);
                        end(server);
                    }
                } catch (IOException e) {
                    // It was broken.
                }
            }
        });
    }

    private void pass(Socket from, Socket to) {
        Thread.ofPlatform().daemon().name("line").start(() -> {
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                in.transferTo(out);
            } catch (IOException e) {
                // It was broken, or its other end is gone.
            } finally {
                end(from);
                end(to);
                connections.remove(from);
                connections.remove(to);
            }
        });
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It has ended, then.
        }
    }

    @Override
    public void close() throws IOException {
        breakDown();
    }
}
