package dev.rlm.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.access.http.Callers;
import dev.rlm.access.http.Challenges;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Answers calls of tools that the caller lacks a scope for with 403 and the challenge that names it, as the authorization
 * specification of the protocol wants. The tools check again, so a call that comes by another way is refused, too. Only the requests
 * of callers that do not have all scopes are looked into.
 */
@Singleton
final class ScopeCheck {

    private static final JsonFactory JSON = new JsonFactory();

    private final Callers callers;
    private final Challenges challenges;
    private final Tools tools;
    private final String path;
    private final Set<Scope> ofTools;

    ScopeCheck(
            Callers callers,
            Challenges challenges,
            Tools tools,
            @ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.path = path;
        this.callers = callers;
        this.challenges = challenges;
        this.tools = tools;
        this.ofTools = EnumSet.noneOf(Scope.class);
        for (ToolDefinition tool : tools.definitions()) {
            if (tool.scope() != null) {
                ofTools.add(tool.scope());
            }
        }
    }

    void register(@Observes Router router) {
        router.post(path).order(McpRoutes.SCOPES).handler(request -> {
            Caller caller = callers.of(request);
            if (caller.scopes().containsAll(ofTools)) {
                request.next();
            } else {
                check(request, caller);
            }
        });
    }

    private void check(RoutingContext request, Caller caller) {
        Buffer body = request.body().buffer();
        Set<Scope> missing = EnumSet.noneOf(Scope.class);
        for (String tool : body == null ? Set.<String>of() : called(body)) {
            tools.definitions().stream()
                    .filter(definition -> definition.name().equals(tool))
                    .map(ToolDefinition::scope)
                    .filter(scope -> scope != null && !caller.may(scope))
                    .forEach(missing::add);
        }
        if (missing.isEmpty()) {
            request.next();
        } else {
            challenges.answerInsufficientScope(request, missing);
        }
    }

    /** The names of the tools that a message, or any of several in a list, may call. What is no JSON calls none. */
    static Set<String> called(Buffer body) {
        Set<String> names = new HashSet<>();
        try (JsonParser json = JSON.createParser(new BodyStream(body))) {
            if (json.nextToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readMessage(json, names);
                }
            } else if (json.currentToken() == JsonToken.START_OBJECT) {
                readMessage(json, names);
            }
        } catch (IOException _) {
            // Whoever serves the protocol tells what is wrong with it.
        }
        return names;
    }

    private static void readMessage(JsonParser json, Set<String> names) throws IOException {
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            if (field.equals("params") && json.currentToken() == JsonToken.START_OBJECT) {
                readParameters(json, names);
            } else {
                json.skipChildren();
            }
        }
    }

    private static void readParameters(JsonParser json, Set<String> names) throws IOException {
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            if (field.equals("name") && json.currentToken() == JsonToken.VALUE_STRING) {
                names.add(json.getText());
            } else {
                json.skipChildren();
            }
        }
    }
}
