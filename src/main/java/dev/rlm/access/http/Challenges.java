package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.Scope;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers requests that are refused, with the challenge of RFC 6750 by which clients find out what they need. Thread-safe. */
@Singleton
public final class Challenges {

    /** What a client should ask for that is not known to need more. */
    private static final List<Scope> USUAL = List.of(Scope.ASK, Scope.LOAD);

    private final AccessPolicy policy;
    private final ResourceMetadata metadata;

    Challenges(AccessPolicy policy, ResourceMetadata metadata) {
        this.policy = policy;
        this.metadata = metadata;
    }

    /** Answers a request whose caller is not known, or that comes too often. */
    void answer(RoutingContext request, Refusal refusal) {
        refusal.answer(
                request,
                refusal.status() == 401 ? Optional.of(challenge(request, refusal.error(), USUAL)) : Optional.empty());
    }

    /** Answers a request whose caller lacks scopes that it needs. */
    public void answerInsufficientScope(RoutingContext request, Set<Scope> needed) {
        String names = names(needed);
        new Refusal(
                        403,
                        Optional.of("insufficient_scope"),
                        "Your credential does not have what this needs (" + names
                                + "): ask the operator of the server for it, or use another one.",
                        Optional.empty())
                .answer(request, Optional.of(challenge(request, Optional.of("insufficient_scope"), needed)));
    }

    private String challenge(RoutingContext request, Optional<String> error, Collection<Scope> scopes) {
        StringBuilder challenge = new StringBuilder("Bearer realm=\"rlm\"");
        error.ifPresent(code -> challenge.append(", error=\"").append(code).append('"'));
        challenge.append(", scope=\"").append(names(scopes)).append('"');
        if (policy instanceof AccessPolicy.Checked checked && checked.tokens().isPresent()) {
            metadata.address(request)
                    .ifPresent(address -> challenge
                            .append(", resource_metadata=\"")
                            .append(address)
                            .append('"'));
        }
        return challenge.toString();
    }

    private static String names(Collection<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::label).collect(Collectors.joining(" "));
    }
}
