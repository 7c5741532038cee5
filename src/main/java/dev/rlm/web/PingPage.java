package dev.rlm.web;

import dev.rlm.context.ContextLoader;
import dev.rlm.task.TaskService;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;

/** {@code GET /ping}: whether the server works on something. It needs no caller and tells nothing of the tasks. */
@Singleton
final class PingPage {

    private final Ping ping;

    PingPage(Provider<TaskService> tasks, Provider<ContextLoader> loader) {
        this.ping = new Ping(() -> tasks.get().runningHere() > 0 || loader.get().isLoading(), Clock.systemUTC());
    }

    void open(@Observes Router router) {
        router.get("/ping")
                .handler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end(ping.json().toString()));
    }
}
