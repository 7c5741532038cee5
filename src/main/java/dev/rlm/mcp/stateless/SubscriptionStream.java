package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A response of {@code subscriptions/listen} that stays open. All that it tells says which stream it belongs to, by the id of its
 * request, and comes behind the acknowledgement. Thread-safe.
 */
final class SubscriptionStream {

    private final Call call;
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The stream of a request; it is closed when its client goes. */
    SubscriptionStream(Call call) {
        this.call = call;
        call.exchange().onClose(this::close);
    }

    /** The request. */
    Call call() {
        return call;
    }

    /** Tells what was agreed to, once. */
    void acknowledge(ObjectNode params) {
        call.exchange().notify("notifications/subscriptions/acknowledged", tagged(params));
        acknowledged.countDown();
    }

    /** Sends a notification, as soon as it may; nothing happens once the stream is closed. */
    void tell(String method, ObjectNode params) throws InterruptedException {
        acknowledged.await();
        if (closed.getCount() > 0) {
            call.exchange().notify(method, tagged(params));
        }
    }

    /** The result with which the stream ends. */
    ObjectNode result() {
        return tagged(JsonNodeFactory.instance.objectNode());
    }

    private ObjectNode tagged(ObjectNode message) {
        message.putObject("_meta").set(Protocol.SUBSCRIPTION_KEY, call.request().id());
        return message;
    }

    /** Ends the stream. Idempotent. */
    void close() {
        closed.countDown();
        // Nobody needs to wait any more.
        acknowledged.countDown();
    }

    /** Waits until the stream is closed. */
    void awaitClose() throws InterruptedException {
        closed.await();
    }

    /** Waits until the stream is closed, or for a time; returns whether it is closed. */
    boolean awaitClose(Duration time) throws InterruptedException {
        return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
