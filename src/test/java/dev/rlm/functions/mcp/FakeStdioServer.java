package dev.rlm.functions.mcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An MCP server over its standard streams, some of whose tools behave badly. It needs no library, so that it starts quickly. */
public final class FakeStdioServer {

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]*)\"");
    private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]*)\"");
    private static final Pattern TEXT = Pattern.compile("\"text\":\"([^\"]*)\"");

    private FakeStdioServer() {}

    /** The command that starts it; with {@code stubborn} it goes on when its input ends. */
    static List<String> command(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                FakeStdioServer.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("mute")) {
            Thread.sleep(Long.MAX_VALUE);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String request = line;
            String id = found(ID, request);
            if (!id.isEmpty()) {
                Thread.ofPlatform().daemon().start(() -> answer(request, id));
            }
        }
        if (arguments.length > 0 && arguments[0].equals("stubborn")) {
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static void answer(String request, String id) {
        String result = switch (found(METHOD, request)) {
            case "initialize" ->
                "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}";
            case "tools/list" ->
                "{\"tools\":["
                        + String.join(
                                ",",
                                List.of("echo", "environment", "pid", "huge", "hang", "die", "nonsense").stream()
                                        .map(name ->
                                                "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}")
                                        .toList())
                        + "]}";
            default -> called(request);
        };
        say("{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + id + "}");
    }

    private static String called(String request) {
        return switch (found(NAME, request)) {
            case "echo" -> text(found(TEXT, request));
            case "environment" -> text(String.join(",", new TreeMap<>(System.getenv()).keySet()));
            case "pid" -> text(String.valueOf(ProcessHandle.current().pid()));
            case "huge" -> text("x".repeat(6_000_000));
            case "hang" -> {
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield "{}";
            }
            case "die" -> {
                Runtime.getRuntime().halt(3);
                yield "{}";
            }
            default -> {
                say("Listening on port 80!");
                yield "{}";
            }
        };
    }

    private static String text(String text) {
        return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
    }

    private static String found(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static synchronized void say(String line) {
        try {
            System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }
}
