package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderSentence;
import dev.rlm.model.RetryAfter;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns an endpoint's errors into {@link ModelException}s. */
final class OpenAiFailures {

    private static final Pattern TOO_LARGE = Pattern.compile(
            "maximum context length|context[ _]length|context window|context size|prompt is too long|"
                    + "input is too long|too many (input )?tokens in",
            Pattern.CASE_INSENSITIVE);

    private final ModelId id;
    private final OpenAiSettings settings;

    OpenAiFailures(ModelId id, OpenAiSettings settings) {
        this.id = id;
        this.settings = settings;
    }

    /** An answer with an error status, or an error in the body of a successful one. */
    ModelException ofStatus(int status, HttpHeaders headers, JsonNode body, ModelRequest request, Instant now) {
        String said = said(body);
        String sentence = ProviderSentence.of(said, settings.secrets(), request);
        String code = code(body);
        Kind kind = kind(status, code, said);
        String what = switch (kind) {
            case THROTTLED -> "asked to slow down";
            case UNAVAILABLE, TIMEOUT -> "is not available";
            case UNAUTHORIZED -> "did not accept the credentials";
            case TOO_LARGE -> "cannot take so long a prompt";
            case REFUSED, MALFORMED_REPLY -> "refused the request";
        };
        String detail = sentence.isEmpty() ? advice(status) : sentence;
        return new ModelException(
                kind, id + " " + what + " (HTTP " + status + "): " + detail, retryAfter(headers, now));
    }

    /** Whether a body tells of an error, which some gateways send with the status of success. */
    static boolean isError(JsonNode body) {
        JsonNode error = body.path("error");
        return error.isObject() || (error.isTextual() && !error.textValue().isBlank());
    }

    /** The request was not answered. */
    ModelException ofTransport(Throwable failure) {
        String address = settings.shownAddress();
        if (failure instanceof SSLException) {
            return new ModelException(
                    Kind.REFUSED,
                    "The endpoint of " + id + " at " + address + " could not be reached safely: TLS failed, or its"
                            + " certificate is not trusted (add it to the trust store of the JVM).");
        }
        String why = switch (failure) {
            case HttpTimeoutException e -> "it did not accept the connection in time";
            case UnknownHostException e -> "the host is not known";
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException -> "the host is not known";
            case ConnectException e -> "nothing accepts connections there";
            default -> "the connection broke";
        };
        return new ModelException(
                Kind.UNAVAILABLE, "The endpoint of " + id + " at " + address + " could not be reached: " + why + ".");
    }

    ModelException notJson(int status, String contentType) {
        return new ModelException(
                Kind.MALFORMED_REPLY,
                id + " sent a reply that is not JSON (HTTP " + status + ", "
                        + ProviderSentence.of(contentType, settings.secrets())
                        + "): check that the base URL " + settings.shownAddress() + " is that of the API.");
    }

    ModelException tooMuch(long limit) {
        return new ModelException(
                Kind.REFUSED, id + " sent a reply of more than " + limit + " bytes, which was not read.");
    }

    private static Kind kind(int status, String code, String said) {
        if (code.equals("context_length_exceeded")) {
            return Kind.TOO_LARGE;
        }
        return switch (status) {
            case 401, 403 -> Kind.UNAUTHORIZED;
            // OpenAI answers 429 also when the account has no credit left, which no waiting cures.
            case 429 -> code.equals("insufficient_quota") ? Kind.REFUSED : Kind.THROTTLED;
            case 408 -> Kind.TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 409, 425 -> Kind.UNAVAILABLE;
            case 400, 422 -> TOO_LARGE.matcher(said).find() ? Kind.TOO_LARGE : Kind.REFUSED;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    private String advice(int status) {
        return status == 404 || (status >= 300 && status < 400)
                ? "check the base URL " + settings.shownAddress() + " and the model's name."
                : "no reason was given.";
    }

    private static String said(JsonNode body) {
        JsonNode error = body.path("error");
        List<JsonNode> places =
                List.of(error.path("message"), error, body.path("message"), body.path("detail"), error.path("code"));
        return places.stream()
                .filter(place -> place.isTextual() && !place.textValue().isBlank())
                .map(JsonNode::textValue)
                .findFirst()
                .orElse("");
    }

    private static String code(JsonNode body) {
        JsonNode error = body.path("error");
        String code = error.path("code").asText("");
        return code.isEmpty() || code.equals("null") ? error.path("type").asText("") : code;
    }

    private static @Nullable Duration retryAfter(HttpHeaders headers, Instant now) {
        String milliseconds = headers.firstValue("retry-after-ms").orElse("");
        if (milliseconds.matches("\\d{1,9}")) {
            return Duration.ofMillis(Long.parseLong(milliseconds));
        }
        return RetryAfter.parse(headers.firstValue("retry-after").orElse(null), now);
    }
}
