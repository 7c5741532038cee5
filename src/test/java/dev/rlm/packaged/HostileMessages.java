package dev.rlm.packaged;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages that no well-meaning client sends, from a seed: malformed, oversized, nested, doubled, contradictory. */
final class HostileMessages {

    static final List<String> METHODS = List.of(
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
            "urls",
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

    static final List<String> VERSIONS = List.of(
            "2024-11-05",
            "2025-03-26",
            "2025-06-18",
            "2025-11-25",
            "2026-07-28",
            "2099-01-01",
            "latest",
            "",
            "2026-07-28, 2025-11-25");

    private static final List<String> ADDRESSES = List.of(
            "https://docs.example/a",
            "https://docs.example/%2e%2e/b",
            "https://docs.example:1/",
            "https://user:secret@docs.example/",
            "https://127.0.0.1/",
            "https://[::1]:8000/mcp",
            "https://169.254.169.254/latest/meta-data",
            "http://docs.example/",
            "file:///etc/passwd",
            "s3://bucket/",
            "s3:///..",
            "s3://bucket/%00?versionId=1",
            "https://",
            "\u0000");

    private static final List<String> HANDLES = List.of(
            "load_" + "0".repeat(32),
            "load_" + "f".repeat(33),
            "load_../../" + "0".repeat(26),
            "LOAD_" + "0".repeat(32),
            "load_",
            "task_" + "b".repeat(26),
            "ctx_" + "a".repeat(26));

    private final Random random;

    HostileMessages(Random random) {
        this.random = random;
    }

    /** The next one as bytes: rarely one that is right. */
    byte[] next() {
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
        return switch (random.nextInt(depth > 0 ? 18 : 14)) {
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
            case 12 -> quoted(oneOf(ADDRESSES));
            case 13 -> quoted(oneOf(HANDLES));
            case 14 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
            case 15 -> "[]";
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

    /** The parameters of a request of 2026-07-28 that is in order, as far as these tell: its members but for `_meta`. */
    static String inOrder(String members) {
        return "{" + members + ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"hostile\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":"
                + "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}}";
    }

    /** The arguments of a load of addresses, most of which may not be loaded. */
    String addresses() {
        List<String> urls = new ArrayList<>();
        int size = random.nextInt(6);
        for (int i = 0; i < size; i++) {
            urls.add(random.nextInt(8) > 0 ? quoted(oneOf(ADDRESSES)) : value(1));
        }
        return "{\"urls\":[" + String.join(",", urls) + "]"
                + (random.nextInt(3) == 0 ? ",\"key\":" + value(0) : "")
                + (random.nextInt(5) == 0 ? ",\"paths\":[" + quoted("../..") + "]" : "") + "}";
    }

    /** What may be the handle of a task. */
    String handle() {
        return oneOf(HANDLES);
    }

    /** With its first member a second time. */
    private static String doubled(String object) {
        int end = object.indexOf(',');
        return end < 0 ? object : "{" + object.substring(1, end) + "," + object.substring(1);
    }

    byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    static String quoted(String text) {
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
