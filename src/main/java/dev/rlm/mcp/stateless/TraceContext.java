package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request stands in a trace of its client's, by version 00 of W3C Trace Context. What does not have its form is as good as
 * none, as the recommendation has it, and never an error. `tracestate` and `baggage` are for those that add to a trace; the server
 * does not.
 *
 * @param traceId of the whole trace
 * @param parentId of the client's part in it
 */
record TraceContext(String traceId, String parentId) {

    /** The member of {@code _meta}, and the header. */
    static final String KEY = "traceparent";

    private static final Pattern FORM =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}");

    /** What the parameters of a request say, and its header if these say nothing. */
    static Optional<TraceContext> of(JsonNode params, UnaryOperator<@Nullable String> headers) {
        JsonNode inBody = params.path("_meta").path(KEY);
        return parse(inBody.isMissingNode() ? headers.apply(KEY) : inBody.textValue());
    }

    /** Reads a text; empty if it has another form, or is null. */
    static Optional<TraceContext> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher form = FORM.matcher(text);
        return form.matches() ? Optional.of(new TraceContext(form.group(1), form.group(2))) : Optional.empty();
    }
}
