package dev.rlm.model.bedrock;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of a response, handed from the JDK's HTTP client to a reactive stream: as much as is asked for, and cut off where
 * its reader cancels. It has one reader.
 */
final class PublishedBody implements BodySubscriber<Void>, Publisher<ByteBuffer> {

    private final Consumer<Publisher<ByteBuffer>> begin;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private Flow.@Nullable Subscription source;
    private @Nullable Subscriber<? super ByteBuffer> reader;

    /** @param begin is given the stream when the body begins, and subscribes to it at once */
    PublishedBody(Consumer<Publisher<ByteBuffer>> begin) {
        this.begin = begin;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        source = given;
        begin.accept(this);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        Flow.Subscription given = source;
        if (given == null || reader != null) {
            throw new IllegalStateException("A body is read once, when it has begun.");
        }
        reader = subscriber;
        subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long count) {
                given.request(count);
            }

            @Override
            public void cancel() {
                given.cancel();
                end.complete(null);
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (reader != null) {
            reader.onNext(joined(buffers));
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (reader != null) {
            reader.onError(failure);
        }
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        if (reader != null) {
            reader.onComplete();
        }
        end.complete(null);
    }

    /** One buffer for each that was asked for. */
    private static ByteBuffer joined(List<ByteBuffer> buffers) {
        if (buffers.size() == 1) {
            return buffers.getFirst();
        }
        ByteBuffer all = ByteBuffer.allocate(
                buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(all::put);
        return all.flip();
    }
}
