package dev.rlm.storage.s3;

import dev.rlm.storage.StorageException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Says in a sentence why a bucket refused. Thread-safe. */
final class S3Failures {
    private static final int LONGEST_CODE = 60;

    private final String place;
    private final String rights;
    private final String address;

    /**
     * Failures of a bucket.
     *
     * @param rights what its credentials must be allowed
     * @param endpoint the address to tell where it cannot be reached, or null to tell none
     */
    S3Failures(String bucket, String rights, @Nullable URI endpoint) {
        this.place = "The S3 bucket " + bucket;
        this.rights = rights;
        this.address = endpoint == null ? "" : " at " + endpoint;
    }

    /** The sentence for a failure of the SDK. */
    StorageException of(RuntimeException failure) {
        return new StorageException(
                switch (failure) {
                    case AwsServiceException e -> place + " " + refusal(e);
                    case SdkClientException e -> clientFailure(e);
                    case IllegalStateException _ -> place + " cannot be used any more: the program is ending.";
                    default -> place + " sent a reply that could not be read: check the endpoint.";
                },
                failure);
    }

    /** Whether a failure comes from the thread's interruption. */
    static boolean isInterruption(RuntimeException failure) {
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return false;
        }
        return failure instanceof AbortedException || cause(failure, InterruptedException.class) != null;
    }

    /** The code of a refusal, such as {@code NoSuchKey}; empty if there is none. */
    static String code(AwsServiceException failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return code.substring(0, Math.min(LONGEST_CODE, code.length()));
    }

    /** The status and code of a refusal, in brackets. */
    static String said(AwsServiceException failure) {
        String code = code(failure);
        return "(HTTP " + failure.statusCode() + (code.matches("\\w+") ? ", " + code : "") + ")";
    }

    /** Whether the refusal of a request for an object holds for other objects of its bucket as well. */
    static boolean concernsBucket(AwsServiceException failure) {
        boolean byCode = switch (code(failure)) {
            case "NoSuchBucket",
                    "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "ExpiredToken",
                    "InvalidToken",
                    "TokenRefreshRequired",
                    "RequestTimeTooSkewed",
                    "PermanentRedirect",
                    "AuthorizationHeaderMalformed",
                    "IllegalLocationConstraintException" -> true;
            default -> false;
        };
        int status = failure.statusCode();
        return byCode || status < 400 || status >= 500 || status == 401 || status == 429;
    }

    private String refusal(AwsServiceException failure) {
        String said = said(failure);
        return switch (code(failure)) {
            case "NoSuchBucket" -> "does not exist " + said + ": create it, or correct its name.";
            case "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "ExpiredToken",
                    "InvalidToken",
                    "TokenRefreshRequired",
                    "RequestTimeTooSkewed" ->
                "did not accept the AWS credentials " + said + ": check them, and the clock of this machine.";
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
                "is in another region " + said + ": set the region to that of the bucket.";
            default ->
                switch (failure.statusCode()) {
                    case 401, 403 -> "denied access " + said + ": allow these credentials " + rights + ".";
                    case 404 -> "does not exist " + said + ": create it, or correct its name.";
                    case 301, 307 -> "is in another region " + said + ": set the region to that of the bucket.";
                    case 429, 500, 502, 503, 504 -> "is not available " + said + ", also when asked again: try later.";
                    default -> "refused a request " + said + ".";
                };
        };
    }

    private String clientFailure(SdkClientException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("credentials")) {
            return place + " cannot be used, because there are no AWS credentials: set AWS_PROFILE, or"
                    + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached.";
        }
        if (message.contains("unable to load region") || message.contains("region must")) {
            return place + " cannot be used, because there is no AWS region: set the bucket's region or AWS_REGION.";
        }
        if (message.contains("checksum")) {
            return place + " sent other bytes than were stored: try again.";
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return place + " did not answer in time: try later.";
        }
        String why = switch (cause(failure, IOException.class)) {
            case null -> "the request could not be sent";
            case UnknownHostException _ -> "the host is not known";
            case ConnectException _ -> "nothing accepts connections there";
            case SocketTimeoutException _ -> "it did not answer in time";
            default -> "the connection broke";
        };
        return place + " cannot be reached" + address + " (" + why + "): check the endpoint, the region and the"
                + " network.";
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
