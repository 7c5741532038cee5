package dev.rlm.model.bedrock;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * How Amazon Bedrock is reached.
 *
 * @param region the AWS region, or null for the one that the AWS SDK finds (environment, profile, instance)
 * @param endpoint the address to use instead of the region's own, such as a VPC endpoint, or null
 * @param credentials the credentials, or null for those that the AWS SDK finds
 */
public record BedrockSettings(
        @Nullable String region,
        @Nullable URI endpoint,
        @Nullable AwsCredentialsProvider credentials) {

    /** Everything as the AWS SDK finds it. */
    public static final BedrockSettings DEFAULT = new BedrockSettings(null, null, null);

    public BedrockSettings {
        region = region == null || region.isBlank() ? null : region.strip();
        if (region != null && !region.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("The Bedrock region must be an AWS region such as us-east-1.");
        }
        if (endpoint != null
                && (!("https".equalsIgnoreCase(endpoint.getScheme()) || "http".equalsIgnoreCase(endpoint.getScheme()))
                        || endpoint.getHost() == null
                        || endpoint.getUserInfo() != null)) {
            throw new IllegalArgumentException(
                    "The Bedrock endpoint must be an http or https address without user name,"
                            + " such as https://bedrock-runtime.us-east-1.amazonaws.com.");
        }
    }

    @Override
    public String toString() {
        return "BedrockSettings[region=" + region + ", endpoint=" + endpoint + "]";
    }
}
