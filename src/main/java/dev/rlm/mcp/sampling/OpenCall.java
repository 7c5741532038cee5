package dev.rlm.mcp.sampling;

import dev.rlm.model.ClientModels;
import io.quarkiverse.mcp.server.runtime.Sender;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * A tool call of a client that lends its models. Until it is closed, just before the call is answered, its response can carry
 * requests to the client. Thread-safe.
 */
public final class OpenCall implements ClientStream, AutoCloseable {

    private final ClientSession session;
    private final Sender response;
    private final ClientModels models;
    private boolean closed;

    OpenCall(ClientSession session, Sender response, ClientModels models) {
        this.session = session;
        this.response = response;
        this.models = models;
    }

    /** The client's models. */
    public ClientModels models() {
        return models;
    }

    @Override
    public synchronized Future<Void> send(JsonObject message) {
        return closed ? Future.failedFuture("The call has been answered.") : response.send(message);
    }

    /** Sends something else by the response: two messages at a time would begin the response twice. */
    public synchronized void send(Runnable notification) {
        notification.run();
    }

    @Override
    public void close() {
        session.closed(this);
        synchronized (this) {
            closed = true;
        }
    }
}
