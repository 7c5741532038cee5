package dev.rlm.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.http.Callers;
import dev.rlm.journal.StoreUnavailableException;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskIds;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskView;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code GET /viewer/TASK}: a page on which a person watches a task. The page and its files hold nothing of any task and are
 * open to all; what it shows it gets from {@code /viewer/api/tasks/TASK}, as the caller whose credential it sends.
 */
@Singleton
final class Viewer {

    private static final System.Logger LOG = System.getLogger(Viewer.class.getName());
    private static final String PATH = "/viewer";
    private static final String API = PATH + "/api/tasks";

    /** Before the checks of host, origin and caller, so that refusals have the headers, too. */
    private static final int BEFORE_ALL_CHECKS = 1_100;

    /** What a browser is told: whatever the texts of models and documents are, nothing in them runs or is fetched. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final Provider<TaskService> tasks;
    private final Callers callers;
    private final boolean enabled;

    Viewer(
            Provider<TaskService> tasks,
            Callers callers,
            @ConfigProperty(name = "rlm.viewer.enabled", defaultValue = "true") boolean enabled) {
        this.tasks = tasks;
        this.callers = callers;
        this.enabled = enabled;
    }

    void register(@Observes Filters filters) {
        if (enabled) {
            filters.register(Viewer::addHeaders, BEFORE_ALL_CHECKS);
        }
    }

    private static void addHeaders(RoutingContext request) {
        String path = request.normalizedPath();
        if (path.equals(PATH) || path.startsWith(PATH + "/")) {
            HEADERS.forEach(request.response()::putHeader);
        }
        request.next();
    }

    void open(@Observes Router router) {
        if (!enabled) {
            return;
        }
        router.get(API).handler(request -> answer(request, own -> Reply.of(TaskView.recent(own))));
        router.get(API + "/:task").handler(request -> answer(request, own -> view(request, own)));
        for (ViewerFile file : ViewerFile.values()) {
            router.get(PATH + "/" + file.fileName()).handler(file::send);
        }
        router.get(PATH + "/:task").handler(ViewerFile.PAGE::send);
        // Addresses within the page are relative, so that it works behind a proxy's prefix.
        router.get(PATH).handler(request -> {
            if (request.normalizedPath().equals(PATH)) {
                request.response()
                        .setStatusCode(302)
                        .putHeader(HttpHeaders.LOCATION, "viewer/")
                        .end();
            } else {
                ViewerFile.PAGE.send(request);
            }
        });
    }

    private static Reply view(RoutingContext request, CallerTasks own) {
        Optional<Long> after = number(request, "after");
        Optional<Long> answerOffset = number(request, "answer_offset");
        if (after.isEmpty() || answerOffset.isEmpty()) {
            return Reply.error(
                    400, "after and answer_offset must be whole numbers from 0 on, each given once at most.");
        }
        String id = request.pathParam("task");
        return (TaskIds.isId(id) ? TaskView.of(own, id, after.get(), answerOffset.get()) : Optional.<ObjectNode>empty())
                .map(Reply::of)
                .orElseGet(() ->
                        Reply.error(404, "There is no task with this id. Ended tasks are deleted after a while."));
    }

    /** The number of a parameter, 0 without it; empty if it is none. */
    private static Optional<Long> number(RoutingContext request, String name) {
        List<String> given = request.queryParam(name);
        if (given.isEmpty()) {
            return Optional.of(0L);
        }
        return given.size() == 1 && given.getFirst().matches("[0-9]{1,18}")
                ? Optional.of(Long.valueOf(given.getFirst()))
                : Optional.empty();
    }

    private record Reply(int status, ObjectNode json) {
        static Reply of(ObjectNode json) {
            return new Reply(200, json);
        }

        static Reply error(int status, String sentence) {
            return new Reply(status, JsonNodeFactory.instance.objectNode().put("error", sentence));
        }
    }

    @FunctionalInterface
    private interface Look {
        Reply at(CallerTasks own);
    }

    private void answer(RoutingContext request, Look look) {
        String caller = callers.of(request).name();
        Context context = Vertx.currentContext();
        Thread.ofVirtual().name("viewer").start(() -> {
            Reply reply = reply(caller, look);
            String body = reply.json().toString();
            context.runOnContext(_ -> send(request.response(), reply.status(), body));
        });
    }

    private Reply reply(String caller, Look look) {
        try {
            return look.at(tasks.get().of(caller));
        } catch (StoreUnavailableException _) {
            return Reply.error(503, "The store of tasks cannot be reached just now; ask again in a moment.");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The viewer failed with an error of the program.", e);
            return Reply.error(
                    500, "The viewer failed with an error of the program; the server's log has the details.");
        }
    }

    private static void send(HttpServerResponse response, int status, String body) {
        if (!response.closed() && !response.ended()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(body);
        }
    }
}
