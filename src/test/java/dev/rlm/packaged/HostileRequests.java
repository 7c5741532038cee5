package dev.rlm.packaged;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Requests that no well-meaning client sends, from a seed: malformed, oversized, nested, doubled, contradictory. */
final class HostileRequests {

    private static final List<String> METHODS = List.of(
            "initialize",
            "notifications/initialized",
            "notifications/cancelled",
            "ping",
            "tools/list",
            "tools/call",
            "resources/list",
            "resources/read",
            "resources/templates/list",
            "resources/subscribe",
            "prompts/list",
            "prompts/get",
            "completion/complete",
            "logging/setLevel",
            "server/discover",
            "subscriptions/listen",
            "tasks/get",
            "tasks/update",
            "tasks/cancel",
            "no/such",
            "",
            "tools/call\u0000");

    private static final List<String> TOOLS = List.of(
            "rlm_load_context",
            "rlm_list_contexts",
            "rlm_delete_context",
            "rlm_search",
            "rlm_read",
            "rlm_ask",
            "rlm_status",
            "rlm_list_tasks",
            "rlm_cancel",
            "rlm_pay",
            "");

    private static final List<String> MEMBERS = List.of(
            "context_id",
            "context_ids",
            "task_id",
            "question",
            "text",
            "documents",
            "paths",
            "pattern",
            "query",
            "k",
            "limit",
            "offset",
            "cursor",
            "wait_seconds",
            "schema",
            "max_cost_usd",
            "timeout_seconds",
            "session",
            "route",
            "key",
            "name",
            "uri",
            "arguments",
            "_meta",
            "ref",
            "argument",
            "notifications",
            "taskId",
            "requestId",
            "protocolVersion");

    private static final List<String> VERSIONS = List.of(
            "2024-11-05",
            "2025-03-26",
            "2025-06-18",
            "2025-11-25",
            "2026-07-28",
            "2099-01-01",
            "latest",
            "",
            "2026-07-28, 2025-11-25");

    private final Random random;

    HostileRequests(long seed) {
        this.random = new Random(seed);
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
        return switch (random.nextInt(10)) {
            case 0 -> upload();
            case 1 -> elsewhere();
            default -> new Request("POST", "/mcp", headers(), message());
        };
    }

    /** The next message as bytes: rarely one that is right. */
    byte[] message() {
        return switch (random.nextInt(12)) {
            case 0 -> noise(random.nextInt(2_000));
            case 1 -> cut(rpc()).getBytes(StandardCharsets.UTF_8);
            case 2 -> nested().getBytes(StandardCharsets.US_ASCII);
            case 3 -> rpc().getBytes(StandardCharsets.UTF_16);
            case 4 -> ("\uFEFF" + rpc()).getBytes(StandardCharsets.UTF_8);
            case 5 -> batch().getBytes(StandardCharsets.UTF_8);
            case 6 -> doubled(rpc()).getBytes(StandardCharsets.UTF_8);
            default -> rpc().getBytes(StandardCharsets.UTF_8);
        };
    }

    private String rpc() {
        StringBuilder json = new StringBuilder("{");
        if (random.nextInt(20) > 0) {
            json.append("\"jsonrpc\":")
                    .append(random.nextInt(15) > 0 ? "\"2.0\"" : value(1))
                    .append(',');
        }
        if (random.nextInt(8) > 0) {
            json.append("\"id\":")
                    .append(random.nextInt(6) > 0 ? String.valueOf(random.nextInt(100)) : value(2))
                    .append(',');
        }
        json.append("\"method\":").append(random.nextInt(10) > 0 ? quoted(oneOf(METHODS)) : value(1));
        if (random.nextInt(6) > 0) {
            json.append(",\"params\":").append(random.nextInt(8) > 0 ? params() : value(3));
        }
        return json.append('}').toString();
    }

    private String params() {
        StringBuilder json =
                new StringBuilder("{\"name\":").append(quoted(oneOf(TOOLS))).append(",\"arguments\":");
        json.append(random.nextInt(8) > 0 ? object(3) : value(2));
        if (random.nextInt(3) > 0) {
            json.append(",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":")
                    .append(quoted(oneOf(VERSIONS)))
                    .append(",\"io.modelcontextprotocol/clientCapabilities\":")
                    .append(
                            random.nextInt(4) > 0
                                    ? "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"
                                    : value(2))
                    .append(",\"progressToken\":")
                    .append(value(1))
                    .append('}');
        }
        if (random.nextInt(3) == 0) {
            json.append(',').append(quoted(oneOf(MEMBERS))).append(':').append(value(3));
        }
        return json.append('}').toString();
    }

    private String object(int depth) {
        StringBuilder json = new StringBuilder("{");
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(quoted(oneOf(MEMBERS)))
                    .append(':')
                    .append(value(depth - 1));
        }
        return json.append('}').toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 12)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> String.valueOf(random.nextLong());
            case 3 -> "1e308";
            case 4 -> "-" + "9".repeat(random.nextInt(400) + 1);
            case 5 -> "0.1";
            case 6 -> "\"ctx_" + "a".repeat(26) + '"';
            case 7 -> "\"task_" + "b".repeat(26) + '"';
            case 8 -> quoted("../../etc/passwd\u0000\u202E");
            case 9 -> "\"\\ud800 \\u0000 \\udfff\"";
            case 10 -> quoted("x".repeat(random.nextInt(20_000)));
            case 11 -> quoted("(a+)+$" + "[".repeat(random.nextInt(3)));
            case 12 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
            case 13 -> "[]";
            default -> object(depth);
        };
    }

    private String batch() {
        List<String> messages = new ArrayList<>();
        int size = random.nextInt(30);
        for (int i = 0; i < size; i++) {
            messages.add(random.nextInt(10) > 0 ? rpc() : "[]");
        }
        return "[" + String.join(",", messages) + "]";
    }

    private String nested() {
        int depth = random.nextInt(100_000);
        return (random.nextBoolean() ? "{\"a\":" : "[").repeat(depth);
    }

    private String cut(String text) {
        return text.substring(0, random.nextInt(text.length()));
    }

    /** With its first member a second time. */
    private static String doubled(String object) {
        int end = object.indexOf(',');
        return end < 0 ? object : "{" + object.substring(1, end) + "," + object.substring(1);
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
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
        maybe(headers, "MCP-Protocol-Version", 6, () -> oneOf(VERSIONS));
        maybe(headers, "Mcp-Method", 5, () -> oneOf(METHODS).replace("\u0000", ""));
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
                        ? noise(random.nextInt(3_000))
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
                noise(random.nextInt(100)));
    }

    private void maybe(Map<String, String> headers, String name, int ofTen, Supplier<String> value) {
        if (random.nextInt(10) < ofTen) {
            headers.put(name, value.get());
        }
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
