package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.Caller;
import dev.rlm.access.RateLimit;
import dev.rlm.access.Scope;
import dev.rlm.access.TokenRules;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of an OpenID provider, checked by Quarkus: signature, issuer, audience and times. The provider is asked for its
 * keys when the first token comes, so the server starts without it.
 */
@Singleton
final class BearerTokens implements TenantConfigResolver {

    private static final System.Logger LOG = System.getLogger(BearerTokens.class.getName());
    private static final String TENANT = "rlm";
    private static final int CLOCK_SKEW_SECONDS = 10;

    /** Header, claims and signature, which may be missing where none is claimed. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    private final OidcAuthenticationMechanism oidc;
    private final Optional<OidcTenantConfig> tenant;
    private final RateLimit lines = new RateLimit(1, System::nanoTime);

    BearerTokens(AccessPolicy policy, OidcAuthenticationMechanism oidc) {
        this.oidc = oidc;
        this.tenant = policy instanceof AccessPolicy.Checked checked
                ? checked.tokens().map(BearerTokens::tenant)
                : Optional.empty();
    }

    private static OidcTenantConfig tenant(TokenRules rules) {
        return OidcTenantConfig.authServerUrl(rules.issuer().toString())
                .tenantId(TENANT)
                .applicationType(ApplicationType.SERVICE)
                .token()
                .issuer(rules.issuer().toString())
                .audience(rules.audience())
                .lifespanGrace(CLOCK_SKEW_SECONDS)
                // A token is checked here or not at all.
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end()
                .build();
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext request, OidcRequestContext<OidcTenantConfig> requestContext) {
        return Uni.createFrom().item(tenant.orElse(null));
    }

    /** A token that was refused. */
    static final class RefusedException extends RuntimeException {
        private final transient Refusal refusal;

        RefusedException(Refusal refusal) {
            super(refusal.sentence(), null, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    /** The caller that the token of a request names; fails with a {@link RefusedException} if it is of no use. */
    Uni<Caller> caller(RoutingContext request, IdentityProviderManager identities, TokenRules rules, String token) {
        if (!FORM.matcher(token).matches()) {
            return Uni.createFrom()
                    .failure(new RefusedException(Refusal.invalid(
                            "This is neither an API key nor a token that this server can read (a JWT).")));
        }
        return oidc.authenticate(request, identities)
                .onFailure()
                .transform(this::refused)
                .map(identity -> caller(identity, rules));
    }

    private RefusedException refused(Throwable failure) {
        if (!(failure instanceof OIDCException)) {
            return new RefusedException(
                    Refusal.invalid("This token is not valid here, or not any more: get a new one for this server."));
        }
        // The provider's address is configured, and its failures have no part of a token.
        if (lines.take(TENANT).isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "The issuer of tokens cannot be used: " + failure.getMessage());
        }
        return new RefusedException(new Refusal(
                503,
                Optional.empty(),
                "Tokens cannot be checked, because their issuer does not answer: try again in a moment.",
                Optional.of(5L)));
    }

    private static Caller caller(@Nullable SecurityIdentity identity, TokenRules rules) {
        if (identity == null || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw new RefusedException(Refusal.invalid("This is no token that this server can read."));
        }
        Object named = token.getClaim(rules.callerClaim());
        if (!isName(named)) {
            throw new RefusedException(Refusal.invalid("The token has no claim '" + rules.callerClaim()
                    + "' that is a text or a number, which must name the caller."));
        }
        try {
            return rules.caller(text(named), scopes(token));
        } catch (IllegalArgumentException _) {
            throw new RefusedException(Refusal.invalid("The token's claim '" + rules.callerClaim()
                    + "' names the caller in too many characters, or in none."));
        }
    }

    /** What else a claim can be, such as null, a truth value or a list, would make one caller of many. */
    private static boolean isName(@Nullable Object claim) {
        return claim instanceof CharSequence
                || claim instanceof Number
                || claim instanceof JsonString
                || claim instanceof JsonNumber;
    }

    private static Set<Scope> scopes(JsonWebToken token) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        Stream.of("scope", "scp")
                .flatMap(claim -> words(token.getClaim(claim)))
                .flatMap(word -> Scope.ofLabel(word).stream())
                .forEach(scopes::add);
        return scopes;
    }

    /** Providers write scopes as one text with spaces between them, or as a list. */
    private static Stream<String> words(@Nullable Object claim) {
        return switch (claim) {
            case null -> Stream.empty();
            case Collection<?> list -> list.stream().map(BearerTokens::text);
            case Object single -> Arrays.stream(text(single).split(" "));
        };
    }

    private static String text(Object claim) {
        return claim instanceof JsonString json ? json.getString() : String.valueOf(claim);
    }
}
