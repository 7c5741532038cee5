package dev.rlm.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The files of which the viewer is made, as they are. */
enum ViewerFile {
    /** The page; the task that it shows is in its address alone. */
    PAGE("viewer.html", "text/html; charset=utf-8"),
    /** Asks the server, and shows how the task stands. */
    SCRIPT("viewer.js", "text/javascript; charset=utf-8"),
    /** Shows what has happened in a task. */
    STORY("story.js", "text/javascript; charset=utf-8"),
    /** How it looks. */
    STYLE("viewer.css", "text/css; charset=utf-8");

    private final String fileName;
    private final String mediaType;
    private final String text;

    ViewerFile(String fileName, String mediaType) {
        this.fileName = fileName;
        this.mediaType = mediaType;
        this.text = text(fileName);
    }

    /** Its name, as a resource beside this class and in its address. */
    String fileName() {
        return fileName;
    }

    /** Answers a request with it. */
    void send(RoutingContext request) {
        request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                // A newer server may come at the same address.
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(text);
    }

    private static String text(String fileName) {
        try (InputStream in = Objects.requireNonNull(ViewerFile.class.getResourceAsStream(fileName), fileName)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
