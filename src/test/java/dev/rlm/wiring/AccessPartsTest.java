package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.ApiKey;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.access.TokenRules;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

/** What is made of the configuration of who may call. */
final class AccessPartsTest {

    private static final String KEY = ApiKey.random(new Random(4));
    private static final String HASH = ApiKey.Hash.of(KEY).toString();

    private static AuthConfig config(ConfigSource source) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(AuthConfig.class)
                .withSources(source)
                .build()
                .getConfigMapping(AuthConfig.class);
    }

    private static AuthConfig config(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("rlm.auth." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return config(new PropertiesConfigSource(settings, "test", 100));
    }

    private static AccessPolicy policy(String... keysAndValues) {
        return new AccessParts().policy(config(keysAndValues));
    }

    private static void refused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> policy(keysAndValues))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining(KEY);
    }

    @Test
    void withoutConfigurationCallersAreNotToldApart() {
        assertThat(policy()).isEqualTo(new AccessPolicy.Open());
    }

    @Test
    void keysHaveNamesHashesAndScopes() {
        var checked = (AccessPolicy.Checked) policy("keys.ci.hash", HASH);
        assertThat(checked.keys().bearer(KEY)).contains(new Caller("key:ci", Set.of(Scope.ASK, Scope.LOAD)));
        assertThat(checked.tokens()).isEmpty();
        var admin = (AccessPolicy.Checked) policy("keys.ci.hash", HASH, "keys.ci.scopes", "rlm:admin");
        assertThat(admin.keys().bearer(KEY)).contains(new Caller("key:ci", Set.of(Scope.ADMIN)));
    }

    @Test
    void keysCanStandInTheEnvironment() {
        var checked = (AccessPolicy.Checked) new AccessParts()
                .policy(config(new EnvConfigSource(
                        Map.of("RLM_AUTH_KEYS_CI_HASH", HASH, "RLM_AUTH_KEYS_CI_SCOPES", "rlm:ask"), 300)));
        assertThat(checked.keys().bearer(KEY)).contains(new Caller("key:ci", Set.of(Scope.ASK)));
    }

    @Test
    void keysThatCannotBeUsedAreRefused() {
        refused("rlm.auth.keys: A hash is 'sha256:' and 64 hexadecimal digits", "keys.ci.hash", KEY);
        refused("rlm.auth.keys: The key ci has no hash: make one with 'rlm key ci'.", "keys.ci.scopes", "rlm:ask");
        refused("rlm.auth.keys: The name of a key must be", "keys.CI.hash", HASH);
        refused(
                "rlm.auth.keys: The scopes are rlm:ask, rlm:load and rlm:admin, not 'ask'.",
                "keys.ci.hash",
                HASH,
                "keys.ci.scopes",
                "ask");
    }

    @Test
    void tokensNeedAnIssuerAndAnAudience() {
        var checked = (AccessPolicy.Checked) policy("oidc.issuer", "https://id.example/", "oidc.audience", "rlm");
        assertThat(checked.tokens())
                .contains(new TokenRules(URI.create("https://id.example/"), "rlm", "sub", Optional.empty()));
        refused("rlm.auth.oidc.audience must be set, too", "oidc.issuer", "https://id.example/");
        refused(
                "rlm.auth.oidc.audience must not be set, because rlm.auth.oidc.issuer is not set.",
                "oidc.audience",
                "rlm");
        refused(
                "rlm.auth.oidc: The issuer must be an https:// address, not http://id.example/",
                "oidc.issuer",
                "http://id.example/",
                "oidc.audience",
                "rlm");
        refused(
                "rlm.auth.oidc: The resource must be the whole address",
                "oidc.issuer",
                "https://id.example/",
                "oidc.audience",
                "rlm",
                "oidc.resource",
                "/mcp");
    }

    @Test
    void aHeaderThatNamesCallersIsForFrontsOnly() {
        assertThat(policy("in-front", "true")).isEqualTo(new AccessPolicy.InFront(Optional.empty()));
        assertThat(policy("in-front", "true", "caller-header", "X-User"))
                .isEqualTo(new AccessPolicy.InFront(Optional.of("X-User")));
        refused(
                "rlm.auth.caller-header must not be set, because rlm.auth.in-front is false, and then anybody",
                "caller-header",
                "X-User");
        refused(
                "rlm.auth.keys must not be set, because rlm.auth.in-front is true.",
                "in-front",
                "true",
                "keys.ci.hash",
                HASH);
        refused(
                "rlm.auth.oidc.issuer must not be set, because rlm.auth.in-front is true.",
                "in-front",
                "true",
                "oidc.issuer",
                "https://id.example/",
                "oidc.audience",
                "rlm");
    }

    @Test
    void aServerWithoutAnyOfItListensToThisMachineOnly() {
        AccessParts parts = new AccessParts();
        for (String own : new String[] {"127.0.0.1", "localhost", "::1"}) {
            parts.check(new StartupEvent(), config(), true, own);
        }
        parts.check(new StartupEvent(), config("keys.ci.hash", HASH), true, "0.0.0.0");
        parts.check(new StartupEvent(), config("in-front", "true"), true, "0.0.0.0");
        parts.check(new StartupEvent(), config(), false, "0.0.0.0");
        for (String others : new String[] {"0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example", "rlm.example", ""}) {
            assertThatThrownBy(() -> parts.check(new StartupEvent(), config(), true, others))
                    .isInstanceOf(ConfigurationProblem.class)
                    .hasMessageStartingWith("rlm.auth.keys is not set, so whoever can reach " + others);
        }
    }

    @Test
    void ratesHaveLimits() {
        assertThatThrownBy(() -> new AccessParts().rates(config("rate.asks", "-1")))
                .hasMessage("rlm.auth.rate.asks must be 0 to 1000000, not -1.");
        Caller key = new Caller("key:ci", EnumSet.allOf(Scope.class));
        var rates = new AccessParts().rates(config("rate.asks", "1"));
        assertThat(rates.take(dev.rlm.access.CallRates.Kind.ASK, key)).isEmpty();
        assertThat(rates.take(dev.rlm.access.CallRates.Kind.ASK, key)).isPresent();
        assertThat(rates.take(dev.rlm.access.CallRates.Kind.LOAD, key)).isEmpty();
    }
}
