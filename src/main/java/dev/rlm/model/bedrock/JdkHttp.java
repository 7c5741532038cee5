package dev.rlm.model.bedrock;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.reactivestreams.FlowAdapters;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The HTTP client of the JDK for the SDK's asynchronous calls, which streams need. The SDK's own asynchronous clients bring
 * Netty or a native library; this one is in the program anyway. Thread-safe.
 */
final class JdkHttp implements SdkAsyncHttpClient {

    /** Headers that the JDK's client sets itself, to the same values. */
    private static final Set<String> OWN_HEADERS = ownHeaders();

    private final HttpClient client;

    /** Makes a client that the SDK closes with its own. */
    record Builder(Duration connectTimeout) implements SdkAsyncHttpClient.Builder<Builder> {
        @Override
        public SdkAsyncHttpClient buildWithDefaults(AttributeMap defaults) {
            return new JdkHttp(connectTimeout);
        }
    }

    private JdkHttp(Duration connectTimeout) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest call) {
        CompletableFuture<HttpResponse<Void>> exchange = client.sendAsync(request(call), head -> {
            call.responseHandler()
                    .onHeaders(SdkHttpResponse.builder()
                            .statusCode(head.statusCode())
                            .headers(head.headers().map())
                            .build());
            return new PublishedBody(call.responseHandler()::onStream);
        });
        CompletableFuture<Void> done = new CompletableFuture<>();
        var _ = exchange.whenComplete((_, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                Throwable cause = cause(failure);
                call.responseHandler().onError(cause);
                done.completeExceptionally(cause);
            }
        });
        var _ = done.whenComplete((_, failure) -> {
            if (failure != null) {
                exchange.cancel(true);
            }
        });
        return done;
    }

    @Override
    public String clientName() {
        return "Jdk";
    }

    /** Abandons the calls under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private static HttpRequest request(AsyncExecuteRequest call) {
        SdkHttpRequest given = call.request();
        HttpRequest.Builder request = HttpRequest.newBuilder(given.getUri());
        given.forEachHeader((name, values) -> {
            if (!OWN_HEADERS.contains(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.method(given.method().name(), body(call)).build();
    }

    private static BodyPublisher body(AsyncExecuteRequest call) {
        Optional<Long> length = call.requestContentPublisher().contentLength();
        if (length.isPresent() && length.get() == 0) {
            return BodyPublishers.noBody();
        }
        var content = FlowAdapters.toFlowPublisher(call.requestContentPublisher());
        return length.isPresent()
                ? BodyPublishers.fromPublisher(content, length.get())
                : BodyPublishers.fromPublisher(content);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof CancellationException
                ? new IOException("The call was given up.", cause)
                : Objects.requireNonNullElse(cause, failure);
    }

    private static Set<String> ownHeaders() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(Set.of("Connection", "Content-Length", "Expect", "Host", "Transfer-Encoding", "Upgrade"));
        return names;
    }
}
