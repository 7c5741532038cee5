package dev.rlm.storage.s3;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Which bucket holds objects, and how it is reached.
 *
 * @param bucket the bucket's name
 * @param prefix what all keys start with, such as {@code rlm/}: empty, or parts as in keys; a slash at its end is added
 * @param region the AWS region, or null for the one that the AWS SDK finds (environment, profile, instance)
 * @param endpoint the address to use instead of the region's own, or null
 * @param pathStyle whether the bucket is a part of the path rather than of the host name
 * @param credentials the credentials, or null for those that the AWS SDK finds
 */
public record S3Settings(
        String bucket,
        String prefix,
        @Nullable String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        @Nullable AwsCredentialsProvider credentials) {

    private static final String PART = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

    /** @throws IllegalArgumentException with a sentence for users if a value is not allowed */
    public S3Settings {
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
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
        region = region == null || region.isBlank() ? null : region.strip();
        if (region != null && !region.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("The region must be an AWS region such as us-east-1.");
        }
        if (endpoint != null
                && (!("https".equalsIgnoreCase(endpoint.getScheme()) || "http".equalsIgnoreCase(endpoint.getScheme()))
                        || endpoint.getHost() == null
                        || endpoint.getUserInfo() != null)) {
            throw new IllegalArgumentException("The endpoint must be an http or https address without user name, such"
                    + " as https://s3.us-east-1.amazonaws.com.");
        }
    }

    @Override
    public String toString() {
        return "S3Settings[bucket=" + bucket + ", prefix=" + prefix + ", region=" + region + ", endpoint=" + endpoint
                + ", pathStyle=" + pathStyle + "]";
    }
}
