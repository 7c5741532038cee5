package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.MessageOutline.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses messages of the older versions of the protocol whose form is wrong. The library answers some of them with an error of
 * the server, and others never.
 */
@Singleton
final class MessageCheck {

    private static final int BAD_REQUEST = 400;

    private final String path;

    MessageCheck(@ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.path = path;
    }

    void register(@Observes Router router) {
        router.post(path).order(McpRoutes.FORM).handler(MessageCheck::check);
    }

    private static void check(RoutingContext request) {
        MessageOutline.take(
                request, outline -> outline.fault().ifPresentOrElse(fault -> refuse(request, fault), request::next));
    }

    private static void refuse(RoutingContext request, Fault fault) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        response.set("id", fault.id());
        response.putObject("error").put("code", fault.code()).put("message", fault.sentence());
        request.response()
                .setStatusCode(BAD_REQUEST)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(response.toString());
    }
}
