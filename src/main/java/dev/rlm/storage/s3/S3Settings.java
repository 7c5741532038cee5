package dev.rlm.storage.s3;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Which bucket holds objects, and how it is reached.
 *
 * @param bucket the bucket's name
 * @param prefix what all keys start with, such as {@code rlm/}: empty, or parts as in keys; a slash at its end is added
 * @param access how it is reached
 */
public record S3Settings(String bucket, String prefix, S3Access access) {

    private static final String PART = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

    /** @throws IllegalArgumentException with a sentence for users if a value is not allowed */
    public S3Settings {
        if (!S3Names.isBucket(bucket)) {
            throw new IllegalArgumentException(
                    "The bucket must be the name of an S3 bucket: 3 to 63 lower-case letters,"
                            + " digits, dots and dashes.");
        }
        prefix = prefix.strip();
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            prefix += "/";
        }
        if (prefix.length() > 100 || !prefix.matches("(?:" + PART + "/)*")) {
            throw new IllegalArgumentException("The prefix must be at most 100 letters, digits, dots, dashes and"
                    + " underscores, in parts separated by slashes, such as team/rlm.");
        }
    }

    /**
     * The same with the parts of {@link S3Access} one by one.
     *
     * @throws IllegalArgumentException with a sentence for users if a value is not allowed
     */
    public S3Settings(
            String bucket,
            String prefix,
            @Nullable String region,
            @Nullable URI endpoint,
            boolean pathStyle,
            @Nullable AwsCredentialsProvider credentials) {
        this(bucket, prefix, new S3Access(region, endpoint, pathStyle, credentials));
    }
}
