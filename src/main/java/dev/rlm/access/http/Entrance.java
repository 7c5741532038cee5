package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.CallRates;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Stops callers that come too often, that may do nothing at all, or that are in another's session. Clients do not repeat what was answered by 429, and
 * their models do not learn of it, so this limit is for floods; how often questions are asked is limited by the tools.
 */
@Singleton
final class Entrance {

    private static final int BEHIND_AUTHORIZATION = SecurityHandlerPriorities.AUTHORIZATION - 10;

    private final AccessPolicy policy;
    private final Callers callers;
    private final CallRates rates;
    private final Challenges challenges;
    private final SessionOwners sessions = new SessionOwners();

    Entrance(AccessPolicy policy, Callers callers, CallRates rates, Challenges challenges) {
        this.policy = policy;
        this.callers = callers;
        this.rates = rates;
        this.challenges = challenges;
    }

    void register(@Observes Filters filters) {
        if (!(policy instanceof AccessPolicy.Open)) {
            filters.register(this::check, BEHIND_AUTHORIZATION);
        }
    }

    private void check(RoutingContext request) {
        if (Doors.isOpen(request)) {
            request.next();
            return;
        }
        Caller caller = callers.of(request);
        Optional<Duration> wait = rates.take(CallRates.Kind.REQUEST, caller);
        if (wait.isPresent()) {
            challenges.answer(
                    request, Refusal.tooMany("You have sent too many requests", CallRates.seconds(wait.get())));
        } else if (caller.scopes().isEmpty()) {
            challenges.answerInsufficientScope(request, EnumSet.of(Scope.ASK, Scope.LOAD));
        } else if (sessions.isForeign(request, caller)) {
            request.response().setStatusCode(404).end("There is no such session: initialize a new one.");
        } else {
            sessions.noteNew(request, caller);
            request.next();
        }
    }
}
