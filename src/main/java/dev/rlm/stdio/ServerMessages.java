package dev.rlm.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The messages to the client, a line each. Thread-safe. */
final class ServerMessages {

    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;

    /** What the bridge itself has to tell: JSON-RPC leaves the codes from here to -32099 to implementations. */
    static final int BRIDGE_ERROR = -32000;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    ServerMessages(OutputStream out) {
        this.out = out;
    }

    /**
     * Hands a message on.
     *
     * @throws IOException if it is no JSON, or the client does not read any more
     */
    void relay(byte[] message) throws IOException {
        write(isOneLine(message) ? message : MAPPER.writeValueAsBytes(MAPPER.readTree(message)));
    }

    /** Answers in the place of the server. */
    void error(@Nullable JsonNode id, int code, String sentence) throws IOException {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        message.set("id", id == null ? JsonNodeFactory.instance.nullNode() : id);
        message.putObject("error").put("code", code).put("message", sentence);
        write(MAPPER.writeValueAsBytes(message));
    }

    private static boolean isOneLine(byte[] message) {
        for (byte octet : message) {
            if (octet == '\n' || octet == '\r') {
                return false;
            }
        }
        return true;
    }

    private void write(byte[] line) throws IOException {
        lock.lock();
        try {
            out.write(line);
            out.write('\n');
            out.flush();
        } finally {
            lock.unlock();
        }
    }
}
