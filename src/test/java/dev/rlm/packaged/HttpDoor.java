package dev.rlm.packaged;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Plain requests to a server, with whatever credential a test likes. */
public final class HttpDoor implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    /** The door of the server at an address. */
    public HttpDoor(String base) {
        this.base = base;
    }

    /** Gets something. */
    public HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET(), headers);
    }

    /** Sends a message of the protocol to a server that does not know the client yet. */
    public HttpResponse<String> initialize(String... headers) throws IOException, InterruptedException {
        return post("""
                {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
                "clientInfo":{"name":"test","version":"1"}}}""", headers);
    }

    /** Sends any message. */
    public HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        return post(BodyPublishers.ofString(body), headers);
    }

    /** Sends any message, of any size. */
    public HttpResponse<String> post(BodyPublisher body, String... headers) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(base + "/mcp"))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(body),
                headers);
    }

    /** Sends any text by any method. */
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(base + path)).method(method, BodyPublishers.ofString(body)), headers);
    }

    /** The header that carries a credential. */
    public static String[] bearer(String credential) {
        return new String[] {"Authorization", "Bearer " + credential};
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
    }
}
