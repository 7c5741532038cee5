package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SubscriptionStreamTest {

    private final NotedExchange exchange = new NotedExchange();
    private final SubscriptionStream stream = new SubscriptionStream(new Call(
            new Request(
                    JsonNodeFactory.instance.textNode("s1"),
                    "subscriptions/listen",
                    JsonNodeFactory.instance.objectNode(),
                    JsonNodeFactory.instance.objectNode()),
            Caller.LOCAL,
            exchange));

    /** Notes what it is given. */
    private static final class NotedExchange implements Exchange {

        private final List<String> told = Collections.synchronizedList(new ArrayList<>());
        private Runnable onClose = () -> {};

        @Override
        public boolean takesNotifications() {
            return true;
        }

        @Override
        public void notify(String method, ObjectNode params) {
            told.add(method + " " + params);
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void onClose(Runnable action) {
            onClose = action;
        }

        @Override
        public void answer(int status, ObjectNode response) {}
    }

    private static ObjectNode params() {
        return JsonNodeFactory.instance.objectNode();
    }

    private Thread teller() {
        return Thread.ofVirtual().start(() -> {
            try {
                stream.tell("news", params());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void nothingIsToldBeforeTheAcknowledgement() throws Exception {
        Thread early = teller();
        assertThat(early.join(Duration.ofMillis(200))).as("it waits").isFalse();
        assertThat(exchange.told).isEmpty();

        stream.acknowledge(params().put("agreed", true));
        early.join();
        assertThat(exchange.told)
                .containsExactly(
                        "notifications/subscriptions/acknowledged {\"agreed\":true,\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"s1\"}}",
                        "news {\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"s1\"}}");
        assertThat(stream.result().at("/_meta").toString()).contains("\"s1\"");
    }

    @Test
    void whoWaitsIsLetGoWhenTheClientGoesAndTellsNothing() throws Exception {
        Thread waiting = teller();
        exchange.onClose.run();
        waiting.join();
        stream.awaitClose();
        assertThat(stream.awaitClose(Duration.ZERO)).isTrue();
        assertThat(exchange.told).isEmpty();
    }
}
