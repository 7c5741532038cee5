package dev.rlm.storage.s3;

import dev.rlm.storage.StorageException;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** One object cannot be read. The message says why and follows the object's name, as in "does not exist". */
public final class UnreadableObjectException extends Exception {

    private final String advice;

    private UnreadableObjectException(String reason, String advice, Throwable cause) {
        super(reason, cause);
        this.advice = advice;
    }

    /** Why, as in "does not exist". */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What to do, without a full stop, as in "check the spelling". */
    public String advice() {
        return advice;
    }

    /**
     * What a failed request for an object says of the object.
     *
     * @throws StorageException the failure itself, if it says something of the bucket
     */
    static UnreadableObjectException of(StorageException failure) throws StorageException {
        if (!(failure.getCause() instanceof AwsServiceException refusal) || S3Failures.concernsBucket(refusal)) {
            throw failure;
        }
        String said = S3Failures.said(refusal);
        return switch (S3Failures.code(refusal)) {
            case "NoSuchKey" ->
                new UnreadableObjectException(
                        "does not exist",
                        "check the spelling, or end it with a slash to load all objects below it",
                        failure);
            case "InvalidObjectState" ->
                new UnreadableObjectException("is archived", "have it restored from its archive first", failure);
            case "AccessDenied", "AllAccessDisabled" ->
                new UnreadableObjectException(
                        "does not exist or is not for these credentials " + said,
                        "check the spelling, and whether they are allowed s3:GetObject, and its key of KMS if it has one",
                        failure);
            default ->
                new UnreadableObjectException(
                        "cannot be read " + said, "check the spelling, and how it is encrypted", failure);
        };
    }
}
