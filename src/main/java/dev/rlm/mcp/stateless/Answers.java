package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers what clients send: reads it, checks it, calls the method, and makes a response of what that says. Thread-safe. */
@Singleton
final class Answers {

    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private static final int OK = 200;

    private final Methods methods;
    private final ServerDescription server;

    Answers(Methods methods, ServerDescription server) {
        this.methods = methods;
        this.server = server;
    }

    /**
     * Answers a message, and returns when it is answered.
     *
     * @param body the message as it was sent
     * @param headers gives the value of a header, or null
     * @param caller who sent it
     * @return whether there was something to answer; notifications are taken and that is all
     */
    boolean answer(InputStream body, UnaryOperator<@Nullable String> headers, Caller caller, Exchange exchange) {
        JsonNode id = null;
        LoggedTrace trace = null;
        try {
            JsonNode json = Message.json(body);
            id = Message.id(json);
            Message message = Message.of(json);
            if (id == null) {
                return false;
            }
            trace = LoggedTrace.begin(TraceContext.of(message.params(), headers).orElse(null));
            Request request = RequestCheck.check(id, message, headers);
            ObjectNode result = methods.find(request.method()).call(new Call(request, caller, exchange));
            exchange.answer(OK, response(id).set("result", identified(result)));
        } catch (ProtocolError e) {
            exchange.answer(e.status(), response(id).set("error", e.json()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(id, exchange, "The server is shutting down; send the request again when it is back.");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A request of the protocol failed with an error of the program.", e);
            fail(id, exchange, "The request failed with an error of the program; the server's log has the details.");
        } finally {
            // What failed is logged with its trace, too.
            if (trace != null) {
                trace.close();
            }
        }
        return true;
    }

    private static void fail(@Nullable JsonNode id, Exchange exchange, String sentence) {
        ProtocolError error = ProtocolError.internal(sentence);
        exchange.answer(error.status(), response(id).set("error", error.json()));
    }

    private static ObjectNode response(@Nullable JsonNode id) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        if (id != null) {
            response.set("id", id);
        }
        return response;
    }

    /** A result that says what kind it is, and whose it is. */
    private ObjectNode identified(ObjectNode result) {
        if (!result.has("resultType")) {
            result.put("resultType", "complete");
        }
        ObjectNode meta = result.path("_meta") instanceof ObjectNode given ? given : result.putObject("_meta");
        meta.set(Protocol.SERVER_KEY, server.json());
        return result;
    }
}
