package dev.rlm.packaged;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Requests that no well-meaning client sends, from a seed, with {@link HostileMessages} for bodies. */
final class HostileRequests {

    private final Random random;
    private final HostileMessages messages;

    HostileRequests(long seed) {
        this.random = new Random(seed);
        this.messages = new HostileMessages(random);
    }

    /**
     * A request.
     *
     * @param method of HTTP
     * @param path below the server's address
     * @param headers in their order
     * @param body its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed from maker to sender and never compared.
    record Request(String method, String path, Map<String, String> headers, byte[] body) {
        @Override
        public String toString() {
            String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
            return method + " " + path + " " + headers + " " + text + (body.length > 300 ? "..." : "");
        }
    }

    /** The next request, to the protocol's address, to uploads or to anywhere. */
    Request next() {
        return switch (random.nextInt(12)) {
            case 0 -> upload();
            case 1 -> elsewhere();
            case 2 -> load();
            case 3 -> aboutTask();
            default -> new Request("POST", "/mcp", headers(), messages.next());
        };
    }

    /** Of the stateless version, and so much in order that it reaches the tool. */
    private Request load() {
        return inOrder(
                "tools/call",
                "rlm_load_context",
                "\"name\":\"rlm_load_context\",\"arguments\":" + messages.addresses());
    }

    /** So much in order that it reaches the tasks. */
    private Request aboutTask() {
        String handle = messages.handle();
        return inOrder(
                oneOf(List.of("tasks/get", "tasks/update", "tasks/cancel")),
                handle,
                "\"taskId\":" + HostileMessages.quoted(handle));
    }

    private Request inOrder(String method, String name, String members) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        headers.put("MCP-Protocol-Version", "2026-07-28");
        headers.put("Mcp-Method", method);
        headers.put("Mcp-Name", name);
        String body = "{\"jsonrpc\":\"2.0\",\"id\":" + random.nextInt(100) + ",\"method\":\"" + method
                + "\",\"params\":" + HostileMessages.inOrder(members) + "}";
        return new Request("POST", "/mcp", headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        maybe(
                headers,
                "Content-Type",
                9,
                () -> oneOf(List.of("application/json", "application/json; charset=utf-8", "text/plain", "x")));
        maybe(
                headers,
                "Accept",
                9,
                () -> oneOf(
                        List.of("application/json, text/event-stream", "application/json", "*/*", "image/png", "")));
        maybe(headers, "MCP-Protocol-Version", 6, () -> oneOf(HostileMessages.VERSIONS));
        maybe(headers, "Mcp-Method", 5, () -> oneOf(HostileMessages.METHODS).replace("\u0000", ""));
        maybe(
                headers,
                "Mcp-Name",
                4,
                () -> oneOf(List.of("rlm_status", "=?base64?!!?=", "=?base64?cmxtX3N0YXR1cw==?=", "a b", "")));
        maybe(headers, "Mcp-Session-Id", 3, () -> oneOf(List.of("no-such-session", "x".repeat(4_000), "1,2", "../..")));
        maybe(headers, "Last-Event-ID", 1, () -> "x".repeat(100));
        return headers;
    }

    private Request upload() {
        Map<String, String> headers = new LinkedHashMap<>();
        maybe(
                headers,
                "Content-Range",
                4,
                () -> oneOf(List.of("bytes 0-9/10", "bytes 5-9/10", "bytes 9-0/5", "bytes */1", "x")));
        maybe(
                headers,
                "Repr-Digest",
                3,
                () -> oneOf(List.of("sha-256=:AAAA:", "md5=:x:", "", "sha-256=:" + "A".repeat(43) + "=:")));
        maybe(headers, "Idempotency-Key", 3, () -> "k".repeat(random.nextInt(300)));
        String name = oneOf(
                List.of("a", "a.zip", "a.tar.gz", "%2e%2e%2f%2e%2e", "%00", "%zz", "x".repeat(500), "", "a/b/c.pdf"));
        return new Request(
                oneOf(List.of("PUT", "PUT", "PUT", "HEAD", "POST", "DELETE", "PATCH")),
                "/contexts/" + name,
                headers,
                random.nextBoolean()
                        ? messages.noise(random.nextInt(3_000))
                        : "%PDF-1.4 not one".getBytes(StandardCharsets.US_ASCII));
    }

    private Request elsewhere() {
        return new Request(
                oneOf(List.of("GET", "POST", "DELETE", "OPTIONS", "PUT", "HEAD")),
                oneOf(List.of(
                        "/mcp",
                        "/mcp/",
                        "/mcp/sse",
                        "/mcp/server-card",
                        "/q/health",
                        "/ping",
                        "/",
                        "/..%2f..%2fetc/passwd",
                        "/.well-known/oauth-protected-resource",
                        "/q/" + "x".repeat(2_000))),
                headers(),
                messages.noise(random.nextInt(100)));
    }

    private void maybe(Map<String, String> headers, String name, int ofTen, Supplier<String> value) {
        if (random.nextInt(10) < ofTen) {
            headers.put(name, value.get());
        }
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
