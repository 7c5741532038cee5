package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.access.http.Callers;
import dev.rlm.mcp.BodyStream;
import dev.rlm.mcp.McpRoutes;
import dev.rlm.mcp.MessageOutline;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Takes the requests of this version of the protocol at the address of all versions, and lets those of the older ones pass to
 * the library. A request is of this version if its header or its body names a version that is none of the older ones.
 */
@Singleton
final class Door {

    private static final int ACCEPTED = 202;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_ACCEPTABLE = 406;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final Answers answers;
    private final Callers callers;
    private final String path;

    Door(Answers answers, Callers callers, @ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.answers = answers;
        this.callers = callers;
        this.path = path;
    }

    void open(@Observes Router router) {
        router.route(path).order(McpRoutes.STATELESS).handler(this::take);
    }

    private void take(RoutingContext request) {
        boolean isNew = isNew(request.request().getHeader(Protocol.VERSION_HEADER));
        if (request.request().method().equals(HttpMethod.POST)) {
            if (isNew) {
                answer(request);
            } else {
                MessageOutline.take(request, message -> choose(request, message));
            }
        } else if (isNew) {
            // Of the older versions, `GET` opens a stream and `DELETE` ends a session; this one has neither.
            request.response()
                    .setStatusCode(METHOD_NOT_ALLOWED)
                    .putHeader(HttpHeaders.ALLOW, "POST")
                    .end();
        } else {
            request.next();
        }
    }

    private void choose(RoutingContext request, MessageOutline message) {
        if (isNew(message.version())) {
            answer(request);
        } else {
            request.next();
        }
    }

    private static boolean isNew(@Nullable String version) {
        return version != null && !Protocol.OLDER_VERSIONS.contains(version);
    }

    private void answer(RoutingContext request) {
        Accepted accepted = Accepted.of(request.request().getHeader(HttpHeaders.ACCEPT));
        HttpExchange exchange = new HttpExchange(request, Vertx.currentContext(), accepted);
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null
                && !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
            exchange.answer(UNSUPPORTED_MEDIA_TYPE, refusal("The body must be application/json."));
        } else if (accepted.nothing()) {
            exchange.answer(
                    NOT_ACCEPTABLE, refusal("The header Accept must list application/json and text/event-stream."));
        } else {
            Caller caller = callers.of(request);
            Buffer body = MessageOutline.body(request);
            // Bodies may be large, and tools wait.
            Thread.ofVirtual().name("mcp").start(() -> {
                boolean isAnswered =
                        answers.answer(new BodyStream(body), request.request()::getHeader, caller, exchange);
                if (!isAnswered) {
                    exchange.answer(ACCEPTED);
                }
            });
        }
    }

    private static ObjectNode refusal(String sentence) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        response.set("error", ProtocolError.invalidRequest(sentence).json());
        return response;
    }
}
