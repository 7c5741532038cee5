package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A client of the version without sessions, which writes each request by hand. */
final class StatelessClient implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private int ids;

    StatelessClient(String address) {
        this.address = URI.create(address);
    }

    /**
     * What came back.
     *
     * @param status the status of the HTTP response
     * @param type its media type
     * @param messages the messages of its body, of which the response is the last
     */
    record Reply(int status, String type, List<JsonNode> messages) {

        JsonNode response() {
            return messages.getLast();
        }

        JsonNode result() {
            if (!response().has("result")) {
                throw new AssertionError(response().toString());
            }
            return response().get("result");
        }

        JsonNode error() {
            if (!response().has("error")) {
                throw new AssertionError(response().toString());
            }
            return response().get("error");
        }

        int code() {
            return error().path("code").asInt();
        }
    }

    /** A request that is still being written. */
    final class Draft {

        private final ObjectNode message = MAPPER.createObjectNode();
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        private Draft(String method, String params) {
            message.put("jsonrpc", "2.0").put("id", ++ids).put("method", method);
            ObjectNode read = read(params);
            message.set("params", read);
            ObjectNode meta = read.withObject("/_meta");
            meta.put(Protocol.VERSION_KEY, Protocol.VERSION);
            meta.putObject(Protocol.CAPABILITIES_KEY);
            headers.put("Content-Type", "application/json");
            headers.put("Accept", "application/json, text/event-stream");
            headers.put(Protocol.VERSION_HEADER, Protocol.VERSION);
            headers.put(Protocol.METHOD_HEADER, method);
            Stream.of("name", "uri", "taskId")
                    .filter(name -> read.path(name).isTextual())
                    .forEach(name ->
                            headers.put(Protocol.NAME_HEADER, read.path(name).asText()));
        }

        Draft header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        Draft without(String header) {
            headers.remove(header);
            return this;
        }

        ObjectNode message() {
            return message;
        }

        ObjectNode meta() {
            return message.withObject("/params/_meta");
        }

        /** Declares the tasks extension. */
        Draft withTasks() {
            meta().withObject("/" + escaped(Protocol.CAPABILITIES_KEY))
                    .withObject("/extensions")
                    .putObject(Protocol.TASKS_EXTENSION);
            return this;
        }

        Draft withProgress(String token) {
            meta().put("progressToken", token);
            return this;
        }

        Reply send() {
            return post(message.toString(), headers);
        }

        /** Sends it and hands the response over as it comes. */
        HttpResponse<InputStream> open() {
            return exchange(message.toString(), headers, BodyHandlers.ofInputStream());
        }
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** A request that has all it must have. */
    Draft request(String method, String params) {
        return new Draft(method, params);
    }

    /** Calls a tool. */
    Draft tool(String name, String arguments) {
        return new Draft("tools/call", "{\"name\": \"" + name + "\", \"arguments\": " + arguments + "}");
    }

    /** Sends a body as it is. */
    Reply post(String body, Map<String, String> headers) {
        HttpResponse<String> response = exchange(body, headers, BodyHandlers.ofString());
        String type = response.headers().firstValue("content-type").orElse("");
        return new Reply(response.statusCode(), type, messages(response.body(), type));
    }

    static Map<String, String> headers(String... namesAndValues) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private <T> HttpResponse<T> exchange(
            String body, Map<String, String> headers, HttpResponse.BodyHandler<T> handler) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<JsonNode> messages(String body, String type) {
        List<JsonNode> messages = new ArrayList<>();
        if (type.startsWith("text/event-stream")) {
            body.lines()
                    .filter(line -> line.startsWith("data:"))
                    .forEach(line -> messages.add(read(line.substring("data:".length()))));
        } else if (type.startsWith("application/json")) {
            messages.add(read(body));
        }
        return messages;
    }

    static ObjectNode read(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
