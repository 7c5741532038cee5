package dev.rlm.wiring;

import static dev.rlm.wiring.ConfigurationProblem.positive;

import dev.rlm.context.AllowedObjects;
import dev.rlm.context.AllowedUrls;
import dev.rlm.context.S3Fetch;
import dev.rlm.context.UrlFetch;
import dev.rlm.storage.s3.S3Access;
import dev.rlm.wiring.ContextConfig.UrlS3Config;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Makes from the configuration what loads contexts from addresses; nothing is connected yet. */
@Singleton
final class AddressParts {

    private static final String URLS = "rlm.context.urls";
    private static final String S3 = "rlm.context.url-s3";

    @Produces
    @Singleton
    UrlFetch urls(ContextConfig config) {
        return new UrlFetch(
                ConfigurationProblem.of(
                        URLS,
                        () -> AllowedUrls.of(addresses(config).stream()
                                .filter(address -> !AllowedObjects.isMeant(address))
                                .map(URI::create)
                                .toList())),
                time(config));
    }

    @Produces
    @Singleton
    S3Fetch objects(ContextConfig config) {
        return objectsOf(config);
    }

    /** What loads objects from S3. */
    static S3Fetch objectsOf(ContextConfig config) {
        List<String> addresses =
                addresses(config).stream().filter(AllowedObjects::isMeant).toList();
        AllowedObjects allowed = ConfigurationProblem.of(URLS, () -> AllowedObjects.of(addresses));
        UrlS3Config s3 = config.urlS3();
        if (addresses.isEmpty()) {
            String because = URLS + " names no s3:// address";
            ConfigurationProblem.refuse(s3.region(), S3 + ".region", because);
            ConfigurationProblem.refuse(s3.endpoint(), S3 + ".endpoint", because);
            ConfigurationProblem.refuse(s3.pathStyle(), S3 + ".path-style", because);
            ConfigurationProblem.refuse(s3.profile(), S3 + ".profile", because);
        }
        return new S3Fetch(allowed, ConfigurationProblem.of(S3, () -> access(s3)), time(config));
    }

    private static S3Access access(UrlS3Config config) {
        S3Access access = new S3Access(
                config.region().orElse(null),
                config.endpoint().orElse(null),
                config.pathStyle().orElse(false),
                null);
        return config.profile().map(access::withProfile).orElse(access);
    }

    private static List<String> addresses(ContextConfig config) {
        return config.urls().orElse(List.of());
    }

    private static Duration time(ContextConfig config) {
        return positive("rlm.context.url-time", config.urlTime());
    }

    void close(@Disposes S3Fetch objects) {
        objects.close();
    }
}
