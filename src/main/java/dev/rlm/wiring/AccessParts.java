package dev.rlm.wiring;

import static dev.rlm.wiring.ConfigurationProblem.inRange;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.ApiKey;
import dev.rlm.access.ApiKeys;
import dev.rlm.access.CallRates;
import dev.rlm.access.FailedAuthentications;
import dev.rlm.access.Loopback;
import dev.rlm.access.RateLimit;
import dev.rlm.access.Scope;
import dev.rlm.access.TokenRules;
import dev.rlm.wiring.AuthConfig.KeyConfig;
import dev.rlm.wiring.AuthConfig.OidcConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes what tells callers apart, and keeps a server without it from being reached by others. */
@Singleton
final class AccessParts {

    private static final int LINES_A_MINUTE = 1;

    /** Before the server listens. */
    void check(
            @Observes StartupEvent start,
            AuthConfig config,
            @ConfigProperty(name = "quarkus.http.host-enabled") boolean listens,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        if (listens && policy(config) instanceof AccessPolicy.Open && !Loopback.isLoopback(host)) {
            throw new ConfigurationProblem("rlm.auth.keys is not set, so whoever can reach " + host
                    + " could use the server: set keys (see 'rlm key --help') or rlm.auth.oidc.issuer, set rlm.auth.in-front"
                    + " if something in front authenticates callers, or listen on 127.0.0.1.");
        }
    }

    @Produces
    @Singleton
    AccessPolicy policy(AuthConfig config) {
        ApiKeys keys = keys(config.keys());
        Optional<TokenRules> tokens = tokens(config.oidc());
        if (!config.inFront()) {
            ConfigurationProblem.refuse(
                    config.callerHeader(),
                    "rlm.auth.caller-header",
                    "rlm.auth.in-front is false, and then anybody could write what it likes into that header");
            return keys.keys().isEmpty() && tokens.isEmpty()
                    ? new AccessPolicy.Open()
                    : new AccessPolicy.Checked(keys, tokens);
        }
        String inFront = "rlm.auth.in-front is true";
        ConfigurationProblem.refuse(keys.keys().stream().findFirst(), "rlm.auth.keys", inFront);
        ConfigurationProblem.refuse(tokens, "rlm.auth.oidc.issuer", inFront);
        return new AccessPolicy.InFront(config.callerHeader());
    }

    private static ApiKeys keys(Map<String, KeyConfig> keys) {
        List<ApiKey> made = new ArrayList<>();
        keys.forEach((name, key) -> made.add(ConfigurationProblem.of(
                "rlm.auth.keys",
                () -> new ApiKey(
                        name,
                        key.hash().orElse(List.of()).stream()
                                .map(ApiKey.Hash::parse)
                                .toList(),
                        scopes(key.scopes())))));
        return new ApiKeys(made);
    }

    private static Set<Scope> scopes(List<String> labels) {
        return labels.stream()
                .map(label -> Scope.ofLabel(label)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "The scopes are rlm:ask, rlm:load and rlm:admin, not '" + label + "'.")))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<TokenRules> tokens(OidcConfig oidc) {
        if (oidc.issuer().isEmpty()) {
            String unset = "rlm.auth.oidc.issuer is not set";
            ConfigurationProblem.refuse(oidc.audience(), "rlm.auth.oidc.audience", unset);
            ConfigurationProblem.refuse(oidc.callerClaim(), "rlm.auth.oidc.caller-claim", unset);
            ConfigurationProblem.refuse(oidc.resource(), "rlm.auth.oidc.resource", unset);
            return Optional.empty();
        }
        String audience = oidc.audience()
                .orElseThrow(() -> new ConfigurationProblem("rlm.auth.oidc.audience must be set, too: without it tokens"
                        + " that were issued for other services would be accepted."));
        return Optional.of(ConfigurationProblem.of(
                "rlm.auth.oidc",
                () -> new TokenRules(
                        oidc.issuer().get(), audience, oidc.callerClaim().orElse("sub"), oidc.resource())));
    }

    @Produces
    @Singleton
    CallRates rates(AuthConfig config) {
        return new CallRates(
                limit("requests", config.rate().requests()),
                limit("loads", config.rate().loads()),
                limit("asks", config.rate().asks()));
    }

    @Produces
    @Singleton
    FailedAuthentications failures(AuthConfig config) {
        return new FailedAuthentications(
                limit("failures", config.rate().failures()), new RateLimit(LINES_A_MINUTE, System::nanoTime));
    }

    private static RateLimit limit(String key, int perMinute) {
        return new RateLimit(inRange("rlm.auth.rate." + key, perMinute, 0, 1_000_000), System::nanoTime);
    }
}
