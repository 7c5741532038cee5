package dev.rlm.storage.s3;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;

/**
 * How S3 is reached.
 *
 * @param region the AWS region, or null for the one that the AWS SDK finds (environment, profile, instance)
 * @param endpoint the address to use instead of the region's own, or null
 * @param pathStyle whether the bucket is a part of the path rather than of the host name
 * @param credentials the credentials, or null for those that the AWS SDK finds
 */
public record S3Access(
        @Nullable String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        @Nullable AwsCredentialsProvider credentials) {

    /** @throws IllegalArgumentException with a sentence for users if a value is not allowed */
    public S3Access {
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

    /**
     * The same with the credentials of a profile of the AWS configuration files, which are read when they are needed.
     *
     * @throws IllegalArgumentException with a sentence for users if the name is blank
     */
    public S3Access withProfile(String profile) {
        if (profile.isBlank()) {
            throw new IllegalArgumentException("The profile must be the name of one in the AWS configuration files.");
        }
        return new S3Access(region, endpoint, pathStyle, ProfileCredentialsProvider.create(profile.strip()));
    }

    @Override
    public String toString() {
        return "S3Access[region=" + region + ", endpoint=" + endpoint + ", pathStyle=" + pathStyle + "]";
    }
}
