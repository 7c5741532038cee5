package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.HostileRequests.Request;
import dev.rlm.packaged.HostileSession.Exchanged;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hostile requests do to the packaged server: nothing. Other seeds by {@code -Drlm.hostile.seed=N}. */
final class HostileIT {

    private static final long SEED = Long.getLong("rlm.hostile.seed", 20_260_728L);
    private static final int THREADS = 8;
    private static final int REQUESTS_OF_EACH = 500;
    private static final int LINES = 500;

    /** After so many of each thread pools and caches have their sizes. */
    private static final int WARMING_UP = 125;

    /** {@code quarkus.http.limits.max-body-size}, of which a heap of 512 MiB has a quarter. */
    private static final long LONGEST_BODY = 128L << 20;

    @TempDir
    private Path folder;

    private static void check(Request request, String response) {
        assertThat(response)
                .as("the response to %s", request)
                .startsWith("HTTP/1.1 ")
                .doesNotContain("Exception", "\tat ", "java.lang");
        assertThat(response.charAt("HTTP/1.1 ".length()))
                .as("the response to %s: %s", request, response.substring(0, Math.min(300, response.length())))
                .isIn('1', '2', '3', '4');
    }

    /** The heap is touched from the start, so that its size is no part of what grows. */
    private PackagedRlm.Server start(String heap) throws Exception {
        return new PackagedRlm.Server(Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Xms" + heap + " -Xmx" + heap + " -XX:+AlwaysPreTouch",
                "RLM_SANDBOX_WARM_WORKERS",
                "0",
                "RLM_TASK_STORE",
                "temporary",
                "RLM_CONTEXT_URLS",
                "https://docs.example/",
                "RLM_CONTEXT_TASK_AFTER",
                "0s",
                "XDG_CACHE_HOME",
                folder.toString()));
    }

    @Test
    void thousandsOfHostileRequestsLeaveTheServerAsItWas() throws Exception {
        try (PackagedRlm.Server server = start("256m")) {
            flood(server, SEED, WARMING_UP);
            Footprint before = Footprint.of(server.pid());
            flood(server, SEED + THREADS, REQUESTS_OF_EACH);
            requireAnswers(server);
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> Footprint.of(server.pid()).requireLike(before));
            requireSilence(server);
        }
    }

    private static void flood(PackagedRlm.Server server, long seed, int requestsOfEach) throws Exception {
        URI address = URI.create(server.base());
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                HostileRequests requests = new HostileRequests(seed + thread);
                long seedOfSessions = seed + thread;
                running.add(threads.submit(() -> {
                    for (int i = 0; i < requestsOfEach; i++) {
                        Request request = requests.next();
                        check(request, RawHttp.send(address, request));
                        if (i % 10 == 0) {
                            // The same once more.
                            check(request, RawHttp.send(address, request));
                        }
                        if (i % 50 == 0) {
                            for (Exchanged each : HostileSession.run(address, seedOfSessions + i)) {
                                check(each.request(), each.response());
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    private static void requireAnswers(PackagedRlm.Server server) throws Exception {
        try (HttpDoor door = new HttpDoor(server.base())) {
            assertThat(door.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                            .body())
                    .contains("rlm_ask");
        }
    }

    private static void requireSilence(PackagedRlm.Server server) {
        assertThat(server.log()).doesNotContain("Exception", "\tat ", "OutOfMemory", "error of the program");
    }

    @Test
    void bodiesAroundTheLimitAreRefusedWithASentence() throws Exception {
        try (PackagedRlm.Server server = start("512m")) {
            URI address = URI.create(server.base());
            for (String version : List.of("2025-11-25", "2026-07-28")) {
                Map<String, String> headers = Map.of(
                        "Content-Type", "application/json",
                        "MCP-Protocol-Version", version,
                        "Mcp-Method", "tools/call",
                        "Mcp-Name", "rlm_load_context");
                for (String tooLong : List.of(
                        RawHttp.post(address, headers, LONGEST_BODY + 1, ' '),
                        RawHttp.postInChunks(address, headers, LONGEST_BODY + 1, '['))) {
                    assertThat(tooLong)
                            .startsWith("HTTP/1.1 413")
                            .contains("The body is larger than " + LONGEST_BODY + " bytes");
                    requireAnswers(server);
                }
                for (char filling : new char[] {' ', '[', 'x', '"'}) {
                    assertThat(RawHttp.post(address, headers, LONGEST_BODY - 1, filling))
                            .as("%s of %s", filling, version)
                            .startsWith("HTTP/1.1 400")
                            .contains("\"error\"");
                    requireAnswers(server);
                }
            }
            requireSilence(server);
        }
    }

    @Test
    void largeBodiesAtATimeDoNotUseUpTheMemory() throws Exception {
        try (PackagedRlm.Server server = start("256m");
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            URI address = URI.create(server.base());
            Map<String, String> headers = Map.of("Content-Type", "application/json");
            List<Future<String>> sent = new ArrayList<>();
            for (int i = 0; i < 4 * THREADS; i++) {
                sent.add(threads.submit(() -> RawHttp.postInChunks(address, headers, 40L << 20, 'x')));
            }
            for (Future<String> each : sent) {
                assertThat(each.get()).containsPattern("^HTTP/1.1 4(00|29) ");
            }
            requireAnswers(server);
            requireSilence(server);
        }
    }

    @Test
    void hostileLinesLeaveStandardOutputToTheProtocol() throws Exception {
        HostileMessages messages = new HostileMessages(new Random(SEED));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append(new String(messages.next(), StandardCharsets.UTF_8).replace("\n", " "))
                    .append('\n');
        }
        Finished finished = PackagedRlm.run(
                Map.of(
                        "XDG_DATA_HOME",
                        folder.toString(),
                        "XDG_CACHE_HOME",
                        folder.toString(),
                        "RLM_SANDBOX_WARM_WORKERS",
                        "0"),
                lines.toString(),
                folder,
                "stdio");
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        ObjectMapper mapper = new ObjectMapper();
        List<String> answers = finished.out().lines().toList();
        assertThat(answers).hasSizeGreaterThan(LINES / 4);
        for (String answer : answers) {
            assertThat(mapper.readTree(answer).isContainerNode()).as(answer).isTrue();
            assertThat(answer).doesNotContain("Exception", "java.lang");
        }
        assertThat(finished.err()).doesNotContain("Exception", "\tat ");
    }
}
