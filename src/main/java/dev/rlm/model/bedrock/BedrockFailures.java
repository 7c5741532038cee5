package dev.rlm.model.bedrock;

import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderSentence;
import dev.rlm.model.RetryAfter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Turns the SDK's exceptions into {@link ModelException}s. */
final class BedrockFailures {

    static final String NO_CREDENTIALS = "There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, or run where a role is attached.";
    static final String NO_REGION = "There is no AWS region: set rlm.model.bedrock.region or AWS_REGION.";

    private static final Pattern TOO_LARGE = Pattern.compile(
            "input is too long|prompt is too long|too many input tokens|maximum context length|context window|"
                    + "input tokens? .*exceed|exceed.* input tokens?|maximum number of tokens|total tokens.*exceed",
            Pattern.CASE_INSENSITIVE);

    /** A daily quota is refused by the same exception as a burst, but no waiting before a deadline cures it. */
    private static final Pattern DAILY_QUOTA = Pattern.compile("per day", Pattern.CASE_INSENSITIVE);

    private final ModelId id;
    private final String address;

    BedrockFailures(ModelId id, String address) {
        this.id = id;
        this.address = address;
    }

    ModelException of(Throwable failure, ModelRequest request, Instant now) {
        return switch (failure) {
            case AwsServiceException e -> ofService(e, request, now);
            case SdkClientException e -> ofClient(e);
            case IllegalStateException e ->
                new ModelException(Kind.REFUSED, id + " cannot be called: the connections to Bedrock are closed.");
            case Error e -> throw e;
            default ->
                new ModelException(
                        Kind.MALFORMED_REPLY,
                        id + " sent a reply that could not be read ("
                                + failure.getClass().getSimpleName() + ").");
        };
    }

    private ModelException ofService(AwsServiceException failure, ModelRequest request, Instant now) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        String code = details == null || details.errorCode() == null ? "" : capitalized(details.errorCode());
        Kind kind = kind(code, failure.statusCode(), said);
        String sentence = ProviderSentence.of(said, List.of(), request);
        String name = code.isEmpty() ? "" : ", " + ProviderSentence.of(code, List.of());
        return new ModelException(
                kind,
                id + " " + what(kind) + " (HTTP " + failure.statusCode() + name + "): "
                        + (sentence.isEmpty() ? "no reason was given." : sentence),
                retryAfter(details, now));
    }

    /** Within a stream the names of exceptions begin with a small letter. */
    private static String capitalized(String code) {
        return code.isEmpty() ? "" : Character.toUpperCase(code.charAt(0)) + code.substring(1);
    }

    private static String what(Kind kind) {
        return switch (kind) {
            case THROTTLED -> "asked to slow down";
            case UNAVAILABLE -> "is not available";
            case TIMEOUT -> "did not answer in time";
            case UNAUTHORIZED -> "did not accept the credentials";
            case TOO_LARGE -> "cannot take so long a prompt";
            case REFUSED, MALFORMED_REPLY -> "refused the request";
        };
    }

    private static Kind kind(String code, int status, String said) {
        return switch (code) {
            case "ThrottlingException", "TooManyRequestsException", "Throttling" ->
                DAILY_QUOTA.matcher(said).find() ? Kind.REFUSED : Kind.THROTTLED;
            case "ModelTimeoutException" -> Kind.TIMEOUT;
            case "ModelErrorException",
                    "ModelStreamErrorException",
                    "ModelNotReadyException",
                    "ServiceUnavailableException",
                    "InternalServerException" -> Kind.UNAVAILABLE;
            case "ValidationException" -> TOO_LARGE.matcher(said).find() ? Kind.TOO_LARGE : Kind.REFUSED;
            case "ServiceQuotaExceededException", "ResourceNotFoundException" -> Kind.REFUSED;
            case "AccessDeniedException",
                    "UnrecognizedClientException",
                    "ExpiredTokenException",
                    "ExpiredToken",
                    "InvalidSignatureException",
                    "IncompleteSignature",
                    "MissingAuthenticationTokenException",
                    "InvalidClientTokenId" -> Kind.UNAUTHORIZED;
            default -> kind(status);
        };
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401, 403 -> Kind.UNAUTHORIZED;
            case 408 -> Kind.TIMEOUT;
            case 413 -> Kind.TOO_LARGE;
            case 429 -> Kind.THROTTLED;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
        };
    }

    private ModelException ofClient(SdkClientException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("credentials")) {
            return new ModelException(Kind.UNAUTHORIZED, NO_CREDENTIALS);
        }
        if (message.contains("unable to load region") || message.contains("region must be")) {
            return new ModelException(Kind.UNAUTHORIZED, NO_REGION);
        }
        if (message.contains("unmarshall") || message.contains("json")) {
            return new ModelException(
                    Kind.MALFORMED_REPLY, id + " sent a reply that is not valid: check the endpoint " + address + ".");
        }
        IOException transport = transport(failure);
        String why = switch (transport) {
            case null -> "the request could not be sent";
            case UnknownHostException e -> "the host is not known";
            case ConnectException e -> "nothing accepts connections there";
            case SocketTimeoutException e -> "it did not answer in time";
            default -> "the connection broke";
        };
        return unreachable(why);
    }

    /** The answer ended before the reply did. */
    ModelException ofBrokenConnection() {
        return unreachable("the connection broke");
    }

    private ModelException unreachable(String why) {
        return new ModelException(
                Kind.UNAVAILABLE, "The endpoint of " + id + " (" + address + ") could not be reached: " + why + ".");
    }

    private static @Nullable IOException transport(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException e) {
                return e;
            }
        }
        return null;
    }

    private static @Nullable Duration retryAfter(@Nullable AwsErrorDetails details, Instant now) {
        return details == null || details.sdkHttpResponse() == null
                ? null
                : RetryAfter.parse(
                        details.sdkHttpResponse()
                                .firstMatchingHeader("Retry-After")
                                .orElse(null),
                        now);
    }
}
