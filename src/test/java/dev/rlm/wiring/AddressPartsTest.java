package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of the configuration of addresses. */
final class AddressPartsTest {

    private static ContextConfig config(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("rlm.context." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(ContextConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(ContextConfig.class);
    }

    private static void refused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> {
                    ContextConfig config = config(keysAndValues);
                    new AddressParts().urls(config);
                    AddressParts.objectsOf(config).close();
                })
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void addressesOfBothKindsStandInOneList() {
        ContextConfig config = config(
                "urls",
                "https://a.example/docs/,s3://team-data/papers of 2026/,s3://team-data/one.txt",
                "url-s3.region",
                "eu-west-1",
                "url-s3.profile",
                "reader");
        assertThat(new AddressParts().urls(config)).isNotNull();
        AddressParts.objectsOf(config).close();
        AddressParts.objectsOf(config()).close();
    }

    @Test
    void whatIsNoAddressIsRefusedByItsKey() {
        refused("rlm.context.urls: Write each as https://HOST/PATH/", "urls", "ftp://a.example/");
        refused("rlm.context.urls: ", "urls", "https://a.example/ b");
        refused("rlm.context.urls: Write each as s3://BUCKET/PREFIX/", "urls", "s3://Team/");
        refused("rlm.context.url-time must be above 0", "url-time", "0S");
    }

    @Test
    void howS3IsReachedIsRefusedWhereItCannotBe() {
        refused("rlm.context.url-s3: The region", "urls", "s3://team-data/", "url-s3.region", "Mars!");
        refused("rlm.context.url-s3: The endpoint", "urls", "s3://team-data/", "url-s3.endpoint", "ftp://a.example");
        for (String key : new String[] {"region", "endpoint", "path-style", "profile"}) {
            refused(
                    "rlm.context.url-s3." + key + " must not be set, because rlm.context.urls names no s3:// address.",
                    "urls",
                    "https://a.example/",
                    "url-s3." + key,
                    key.equals("endpoint") ? "https://s3.example" : "true");
        }
    }
}
