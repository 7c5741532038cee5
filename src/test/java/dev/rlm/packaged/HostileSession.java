package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.packaged.HostileRequests.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A session of 2025-11-25 in which nothing comes when it should, in an order that a seed decides. */
final class HostileSession {

    private static final Pattern ID = Pattern.compile("(?im)^Mcp-Session-Id: (\\S+)\r?$");
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"sampling\":{}},"
            + "\"clientInfo\":{\"name\":\"hostile\",\"version\":\"1\"}}}";

    private final URI server;
    private final Random random;
    private final String id;

    private HostileSession(URI server, Random random, String id) {
        this.server = server;
        this.random = random;
        this.id = id;
    }

    /** Begins a session, in which everything happens, and ends it. Returns what was sent and what came back. */
    static List<Exchanged> run(URI server, long seed) throws IOException {
        Matcher id = ID.matcher(RawHttp.send(server, post(Map.of(), INITIALIZE)));
        assertThat(id.find()).as("a session begins").isTrue();
        return new HostileSession(server, new Random(seed), id.group(1)).run();
    }

    /** A request, and what came back. */
    record Exchanged(Request request, String response) {}

    private List<Exchanged> run() throws IOException {
        List<Request> requests = new ArrayList<>(requests());
        Collections.shuffle(requests, random);
        List<Exchanged> exchanged = new ArrayList<>();
        while (!requests.isEmpty()) {
            // Up to three are on their way at a time.
            List<Request> together = requests.subList(0, Math.min(requests.size(), 1 + random.nextInt(3)));
            exchanged.addAll(send(together));
            together.clear();
        }
        Request ping = request(99, "ping", "{}");
        exchanged.addAll(send(List.of(ping)));
        assertThat(exchanged.getLast().response()).as("the session lives").startsWith("HTTP/1.1 200");
        exchanged.addAll(send(List.of(delete())));
        for (Request late : List.of(ping, notification("notifications/initialized", "{}"), stream(), delete())) {
            exchanged.addAll(send(List.of(late)));
            assertThat(exchanged.getLast().response()).as("the session is over").startsWith("HTTP/1.1 404");
        }
        return exchanged;
    }

    private List<Exchanged> send(List<Request> together) throws IOException {
        List<RawHttp> underWay = new ArrayList<>();
        List<Exchanged> exchanged = new ArrayList<>();
        try {
            for (Request request : together) {
                underWay.add(RawHttp.begin(server, request));
            }
            for (int i = 0; i < together.size(); i++) {
                exchanged.add(new Exchanged(together.get(i), underWay.get(i).response()));
            }
        } finally {
            for (RawHttp each : underWay) {
                each.close();
            }
        }
        return exchanged;
    }

    private List<Request> requests() {
        int asked = 10 + random.nextInt(10);
        String list = "{\"name\":\"rlm_list_contexts\",\"arguments\":{},\"_meta\":{\"progressToken\":" + asked + "}}";
        return List.of(
                // Before or after the request that they are about, if that comes at all.
                notification("notifications/cancelled", "{\"requestId\":" + asked + "}"),
                notification("notifications/cancelled", "{\"requestId\":\"never\"}"),
                notification("notifications/progress", "{\"progressToken\":" + asked + ",\"progress\":1e308}"),
                notification("notifications/roots/list_changed", "{}"),
                // The same id for three requests, two of which may be under way together.
                request(asked, "tools/call", list),
                request(asked, "tools/call", list),
                request(asked, "resources/list", "{}"),
                // Before and after it is said that the client is ready, which is said twice.
                request(30, "tools/list", "{}"),
                request(31, "resources/subscribe", "{\"uri\":\"rlm://tasks/task_" + "b".repeat(26) + "\"}"),
                request(32, "resources/unsubscribe", "{\"uri\":\"rlm://contexts/ctx_" + "a".repeat(26) + "\"}"),
                request(33, "logging/setLevel", "{\"level\":\"debug\"}"),
                notification("notifications/initialized", "{}"),
                notification("notifications/initialized", "{}"),
                // Replies to what was never asked; the second has an id of the server's.
                message("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}"),
                message("{\"jsonrpc\":\"2.0\",\"id\":1000000000,\"result\":{\"content\":[]}}"),
                message("{\"jsonrpc\":\"2.0\",\"id\":1000000001,\"error\":{\"code\":-1,\"message\":\"no\"}}"),
                message(INITIALIZE),
                message(INITIALIZE.replace("2025-11-25", "2024-11-05")),
                stream(),
                stream());
    }

    private Request request(int number, String method, String params) {
        return message(
                "{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    private Request notification(String method, String params) {
        return message("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    private Request message(String body) {
        return post(ofSession(), body);
    }

    private Request stream() {
        return new Request("GET", "/mcp", headers(ofSession()), new byte[0]);
    }

    private Request delete() {
        return new Request("DELETE", "/mcp", headers(ofSession()), new byte[0]);
    }

    private Map<String, String> ofSession() {
        return Map.of("Mcp-Session-Id", id, "MCP-Protocol-Version", "2025-11-25");
    }

    private static Request post(Map<String, String> more, String body) {
        return new Request("POST", "/mcp", headers(more), body.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> headers(Map<String, String> more) {
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        return headers;
    }
}
