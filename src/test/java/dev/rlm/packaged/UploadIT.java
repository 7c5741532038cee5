package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads to the packaged server, which has less memory than the largest of them. */
final class UploadIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** More than the largest request that is read into memory, and more than the server's heap. */
    private static final long LARGE = 300L << 20;

    @TempDir
    private static Path folder;

    private static PackagedRlm.Server server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        server = new PackagedRlm.Server(Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Xmx256m",
                "RLM_SANDBOX_WARM_WORKERS",
                "0",
                "RLM_CONTEXT_MAX_BYTES",
                "400M",
                "RLM_TASK_STORE",
                "temporary",
                "XDG_CACHE_HOME",
                folder.toString()));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static HttpRequest.Builder request(String name) {
        return HttpRequest.newBuilder(URI.create(server.base() + "/contexts/" + name));
    }

    private static HttpResponse<String> put(String name, BodyPublisher body, String... headers) throws Exception {
        HttpRequest.Builder request = request(name).PUT(body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> head(String name) throws Exception {
        return client.send(request(name).HEAD().build(), BodyHandlers.ofString());
    }

    /** Lines of 64 bytes, one after the other. */
    private static final class Lines extends InputStream {
        private long left;

        Lines(long bytes) {
            this.left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? left % 64 == 0 ? '\n' : 'x' : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = (int) Math.min(length, left);
            if (count == 0) {
                return -1;
            }
            Arrays.fill(bytes, offset, offset + count, (byte) 'x');
            for (int i = 0; i < count; i++) {
                if ((left - i - 1) % 64 == 0) {
                    bytes[offset + i] = '\n';
                }
            }
            left -= count;
            return count;
        }
    }

    @Test
    void aFileLargerThanTheServersMemoryBecomesAContext() throws Exception {
        HttpResponse<String> response = put(
                "large.log", BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Lines(LARGE)), LARGE));
        // The client asks to go on in HTTP/2, in which nothing holds the body back.
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        JsonNode context = MAPPER.readTree(response.body());
        assertThat(context.path("context_id").asText()).matches("ctx_[a-z2-7]{26}");
        assertThat(context.path("characters").asLong()).isEqualTo(LARGE);
    }

    @Test
    void anUploadWhoseConnectionBreaksGoesOnFromWhereItWas() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.base()).getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "PUT /contexts/broken%20off.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n0123456789"
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> head("broken%20off.txt")
                            .headers()
                            .firstValue("Upload-Offset")
                            .orElse("")
                            .equals("10"));
        }
        // The server notices the break in its own time.
        HttpResponse<String> rest = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> put(
                                "broken%20off.txt",
                                BodyPublishers.ofString("ABCDEFGHIJ"), "Content-Range", "bytes 10-19/20"),
                        response -> response.statusCode() != 409);
        assertThat(rest.statusCode()).as(rest.body()).isEqualTo(201);
        assertThat(MAPPER.readTree(rest.body()).path("name").asText()).isEqualTo("broken off.txt");
        assertThat(MAPPER.readTree(rest.body()).path("characters").asInt()).isEqualTo(20);
        assertThat(head("broken%20off.txt").statusCode()).isEqualTo(404);
    }

    @Test
    void whatCannotBeTakenIsRefusedWithASentence() throws Exception {
        HttpResponse<String> tooLarge = put(
                "a",
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Lines(500L << 20)), 500L << 20),
                "Content-Type",
                "text/plain");
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(MAPPER.readTree(tooLarge.body()).path("error").asText()).contains("rlm.context.max-bytes");

        HttpResponse<String> binary = put("a.bin", BodyPublishers.ofByteArray(new byte[100]));
        assertThat(binary.statusCode()).isEqualTo(422);
        HttpResponse<String> digest = put("a", BodyPublishers.ofString("x"), "Repr-Digest", "sha-256=:no:");
        assertThat(digest.statusCode()).isEqualTo(400);
        assertThat(put("%0A", BodyPublishers.ofString("x")).statusCode()).isEqualTo(400);
        HttpResponse<String> got = client.send(request("a").GET().build(), BodyHandlers.ofString());
        assertThat(got.statusCode()).isEqualTo(405);
        assertThat(got.headers().firstValue("Allow")).contains("PUT, HEAD");
        HttpResponse<String> ofAPage = put("a", BodyPublishers.ofString("x"), "Origin", "http://evil.example");
        assertThat(ofAPage.statusCode()).isEqualTo(403);
        assertThat(server.log()).doesNotContain("Exception", "\tat ");
    }
}
