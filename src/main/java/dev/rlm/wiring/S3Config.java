package dev.rlm.wiring;

import dev.rlm.storage.s3.S3ObjectStore;
import dev.rlm.storage.s3.S3Settings;
import java.net.URI;
import java.util.Optional;

/** A bucket of S3, or of a server that speaks its protocol. */
public interface S3Config {

    /** The bucket's name; it must exist. Nothing is kept in S3 unless it is set. */
    Optional<String> bucket();

    /** What the keys of all objects start with, such as {@code team/rlm}. */
    Optional<String> prefix();

    /** The AWS region. Default: as the AWS SDK finds it. */
    Optional<String> region();

    /** The endpoint's address, to override the region's own. */
    Optional<URI> endpoint();

    /** Whether the bucket is a part of the path rather than of the host name. Default: false. */
    Optional<Boolean> pathStyle();

    /**
     * The bucket's objects, if there is a bucket.
     *
     * @param keys what the keys of this start with
     * @throws ConfigurationProblem if there is none and something else is set, or a value is not allowed
     */
    static Optional<S3ObjectStore> open(String keys, S3Config config) {
        if (config.bucket().isEmpty()) {
            ConfigurationProblem.refuse(config.prefix(), keys + ".prefix", keys + ".bucket is not set");
            ConfigurationProblem.refuse(config.region(), keys + ".region", keys + ".bucket is not set");
            ConfigurationProblem.refuse(config.endpoint(), keys + ".endpoint", keys + ".bucket is not set");
            ConfigurationProblem.refuse(config.pathStyle(), keys + ".path-style", keys + ".bucket is not set");
            return Optional.empty();
        }
        return Optional.of(ConfigurationProblem.of(
                keys,
                () -> new S3ObjectStore(new S3Settings(
                        config.bucket().get(),
                        config.prefix().orElse(""),
                        config.region().orElse(null),
                        config.endpoint().orElse(null),
                        config.pathStyle().orElse(false),
                        null))));
    }
}
