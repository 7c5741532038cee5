package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TraceContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String VALID = "00-" + TRACE + "-" + PARENT + "-01";

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void theFormOfVersion00IsRead() {
        TraceContext read = new TraceContext(TRACE, PARENT);
        assertThat(TraceContext.parse(VALID)).contains(read);
        assertThat(TraceContext.parse(VALID.replaceFirst("01$", "00"))).contains(read);
        assertThat(TraceContext.parse(VALID.replaceFirst("01$", "ff"))).contains(read);
    }

    @Test
    void everyOtherFormIsAsGoodAsNone() {
        for (String text : List.of(
                "",
                "00",
                TRACE,
                VALID.toUpperCase(Locale.ROOT),
                VALID.replaceFirst("^00", "01"),
                VALID.replaceFirst("^00", "ff"),
                VALID + "-00",
                VALID + "0",
                VALID + "\n",
                " " + VALID,
                VALID.replace(TRACE, "0".repeat(32)),
                VALID.replace(PARENT, "0".repeat(16)),
                VALID.replace(TRACE, TRACE.substring(1)),
                VALID.replace(TRACE, TRACE + "0"),
                VALID.replace('-', '_'),
                VALID.replace('4', 'g'),
                VALID.replace('4', '\u0664'),
                "00-" + TRACE + "-" + PARENT + "-01\u0000",
                "00-%X{secret}-" + PARENT + "-01",
                "00-" + "-".repeat(32) + "-" + PARENT + "-01",
                VALID.repeat(100_000),
                "0".repeat(1_000_000))) {
            assertThat(TraceContext.parse(text))
                    .as(text.substring(0, Math.min(100, text.length())))
                    .isEmpty();
        }
        assertThat(TraceContext.parse(null)).isEmpty();
    }

    @Test
    void theBodyCountsBeforeTheHeader() {
        String other = VALID.replace(PARENT, "b".repeat(16));
        assertThat(TraceContext.of(params(VALID), _ -> other))
                .map(TraceContext::parentId)
                .contains(PARENT);
        assertThat(TraceContext.of(params(null), header("traceparent", other)))
                .map(TraceContext::parentId)
                .contains("b".repeat(16));
        assertThat(TraceContext.of(params("nonsense"), _ -> other)).isEmpty();
        assertThat(TraceContext.of(JsonNodeFactory.instance.objectNode(), _ -> null))
                .isEmpty();
        ObjectNode number = JsonNodeFactory.instance.objectNode();
        number.putObject("_meta").put("traceparent", 7);
        assertThat(TraceContext.of(number, _ -> null)).isEmpty();
        assertThat(TraceContext.of(JsonNodeFactory.instance.objectNode().put("_meta", VALID), _ -> null))
                .isEmpty();
    }

    private static UnaryOperator<@Nullable String> header(String name, String value) {
        return asked -> asked.equals(name) ? value : null;
    }

    private static ObjectNode params(@Nullable String traceparent) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        ObjectNode meta = params.putObject("_meta");
        meta.put(Protocol.VERSION_KEY, Protocol.VERSION);
        meta.putObject(Protocol.CAPABILITIES_KEY);
        if (traceparent != null) {
            meta.put("traceparent", traceparent);
        }
        return params;
    }

    /** A method that says what lines of the log would carry, and one that fails. */
    private static final class Telling implements Feature {

        @Override
        public void declare(ObjectNode capabilities) {}

        @Override
        public Map<String, Method> methods() {
            return Map.of(
                    "tell",
                    _ -> JsonNodeFactory.instance
                            .objectNode()
                            .put("seen", MDC.get("traceId") + " " + MDC.get("parentId")),
                    "fail",
                    _ -> {
                        throw new IllegalStateException("An error of the program.");
                    });
        }
    }

    /** The answer to a request that names this trace. */
    private static String answer(String method, @Nullable String traceparent) {
        ServerDescription description = new ServerDescription("test", "A test", "1", "Use it.");
        Answers answers = new Answers(new Methods(List.of(new Telling()), description), description);
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", params(traceparent));
        InputStream body = new ByteArrayInputStream(message.toString().getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = Map.of(Protocol.VERSION_HEADER, Protocol.VERSION, Protocol.METHOD_HEADER, method);
        Kept kept = new Kept();
        assertThat(answers.answer(body, headers::get, Caller.LOCAL, kept)).isTrue();
        return kept.answer.join();
    }

    /** Keeps the answer. */
    private static final class Kept extends SilentExchange {

        private final CompletableFuture<String> answer = new CompletableFuture<>();

        @Override
        public void answer(int status, ObjectNode response) {
            answer.complete(response.toString());
        }
    }

    @Test
    void theLogCarriesTheIdsWhileARequestIsAnsweredAndNotAfterwards() {
        assertThat(answer("tell", VALID)).contains(TRACE + " " + PARENT);
        assertThat(MDC.getMap()).isEmpty();
        assertThat(answer("tell", "nonsense")).contains("null null");
        assertThat(answer("tell", null)).contains("null null");
    }

    @Test
    void theLineOfAFailureCarriesThem() {
        CompletableFuture<String> line = new CompletableFuture<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                line.complete(new PatternFormatter("%p%X{trace}").format(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Answers.class.getName());
        logger.addHandler(handler);
        try {
            assertThat(answer("fail", VALID)).contains("error of the program");
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(line.join()).isEqualTo("ERROR (trace " + TRACE + ", parent " + PARENT + ")");
    }

    @Test
    void aThreadThatOutlivesItsRequestCarriesThemNoLonger() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> during = new CompletableFuture<>();
        CompletableFuture<String> afterwards = new CompletableFuture<>();
        Thread started;
        try (LoggedTrace _ = LoggedTrace.begin(new TraceContext(TRACE, PARENT))) {
            started = Thread.startVirtualThread(() -> {
                during.complete(text("traceId"));
                try {
                    over.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                afterwards.complete(text("traceId") + text("parentId") + text("trace"));
            });
            assertThat(during.join()).isIn(TRACE, "");
        }
        over.countDown();
        started.join();
        assertThat(afterwards.join()).isEmpty();
    }

    private static String text(String key) {
        return Optional.ofNullable(MDC.get(key)).map(Object::toString).orElse("");
    }
}
