package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.ApiKeys;
import dev.rlm.access.CallRates;
import dev.rlm.access.Caller;
import dev.rlm.access.FailedAuthentications;
import dev.rlm.access.Scope;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who calls, from an API key, a bearer token or the header of a front. It comes before the mechanism of Quarkus for
 * tokens and leaves no credential to that: what is none of ours is refused here.
 */
@Singleton
final class Authentication implements HttpAuthenticationMechanism {

    private static final String AUTHORIZATION = "Authorization";
    private static final String SCHEME = "Bearer ";
    private static final int BEFORE_ALL_OTHERS = DEFAULT_PRIORITY + 1_000;

    private final AccessPolicy policy;
    private final BearerTokens tokens;
    private final Challenges challenges;
    private final FailedAuthentications failures;

    Authentication(AccessPolicy policy, BearerTokens tokens, Challenges challenges, FailedAuthentications failures) {
        this.policy = policy;
        this.tokens = tokens;
        this.challenges = challenges;
        this.failures = failures;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        if (Doors.isOpen(request)) {
            return Uni.createFrom().nullItem();
        }
        return switch (policy) {
            case AccessPolicy.Open _ -> Uni.createFrom().nullItem();
            case AccessPolicy.Own own -> fromOwn(request, own);
            case AccessPolicy.InFront front -> fromFront(request, front);
            case AccessPolicy.Checked checked -> fromCredential(request, checked, identities);
        };
    }

    private Uni<SecurityIdentity> fromOwn(RoutingContext request, AccessPolicy.Own own) {
        return bearer(request).filter(own.secret()::isOf).isPresent()
                ? let(Caller.LOCAL)
                : fail(request, Refusal.invalid("This server serves nobody but the process that started it."));
    }

    private Uni<SecurityIdentity> fromFront(RoutingContext request, AccessPolicy.InFront front) {
        if (front.callerHeader().isEmpty()) {
            return let(Caller.LOCAL);
        }
        String header = front.callerHeader().get();
        List<String> names = request.request().headers().getAll(header);
        if (names.size() != 1 || names.getFirst().isBlank()) {
            return refuse(
                    request,
                    Refusal.forbidden(
                            "The header " + header + " must name the caller, once: this server is to be reached"
                                    + " through what authenticates in front of it."));
        }
        try {
            return let(new Caller("front:" + names.getFirst(), EnumSet.of(Scope.ASK, Scope.LOAD)));
        } catch (IllegalArgumentException _) {
            return refuse(
                    request,
                    Refusal.forbidden("The header " + header + " must name the caller in less than " + Caller.LONGEST
                            + " characters, none of them a control character."));
        }
    }

    private Uni<SecurityIdentity> fromCredential(
            RoutingContext request, AccessPolicy.Checked checked, IdentityProviderManager identities) {
        if (!request.request().headers().contains(AUTHORIZATION)) {
            return Uni.createFrom().nullItem();
        }
        Optional<String> bearer = bearer(request);
        if (bearer.isEmpty()) {
            return fail(request, Refusal.invalid("Send one credential, as 'Authorization: Bearer ...'."));
        }
        String credential = bearer.get();
        if (ApiKeys.isKey(credential)) {
            return checked.keys()
                    .bearer(credential)
                    .map(Authentication::let)
                    .orElseGet(() -> fail(
                            request, Refusal.invalid("This API key is not known: check it, or ask for a new one.")));
        }
        if (checked.tokens().isEmpty()) {
            return fail(request, Refusal.invalid("This server accepts API keys only; they begin with 'rlm_'."));
        }
        return tokens.caller(request, identities, checked.tokens().get(), credential)
                .flatMap(Authentication::let)
                .onFailure(BearerTokens.RefusedException.class)
                .recoverWithUni(refused -> {
                    Refusal refusal = refused.refusal();
                    return refusal.status() == 401 ? fail(request, refusal) : refuse(request, refusal);
                });
    }

    /** The one bearer credential of a request; empty if it has none, several, or one of another scheme. */
    private static Optional<String> bearer(RoutingContext request) {
        List<String> given = request.request().headers().getAll(AUTHORIZATION);
        return given.size() == 1 && given.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(given.getFirst().substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private static Uni<SecurityIdentity> let(Caller caller) {
        return Uni.createFrom().item(Callers.identity(caller));
    }

    /** Refuses a credential. Who sends too many such is told to wait; a good credential gets in all the same. */
    private Uni<SecurityIdentity> fail(RoutingContext request, Refusal refusal) {
        Optional<Duration> wait =
                failures.count(request.request().remoteAddress().hostAddress());
        return refuse(
                request,
                wait.map(time -> Refusal.tooMany(
                                "Too many credentials from this address were wrong", CallRates.seconds(time)))
                        .orElse(refusal));
    }

    private Uni<SecurityIdentity> refuse(RoutingContext request, Refusal refusal) {
        refusal.keep(request);
        // Quarkus asks the mechanism that is noted here for the challenge.
        request.put(HttpAuthenticationMechanism.class.getName(), this);
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }

    @Override
    public int getPriority() {
        return BEFORE_ALL_OTHERS;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(Refusal.of(request).status()));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext request) {
        challenges.answer(request, Refusal.of(request));
        return Uni.createFrom().item(true);
    }
}
