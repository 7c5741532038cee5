package dev.rlm.access;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Which bearer tokens are accepted: JWTs that one OpenID provider has signed for this server.
 *
 * @param issuer the provider, as its tokens name it in {@code iss}; its keys are found from there
 * @param audience what tokens must name in {@code aud}: tokens for other services are of no use here
 * @param callerClaim the claim that tells callers of the issuer apart
 * @param resource the address at which clients know this server; empty if it is that of each request
 */
public record TokenRules(URI issuer, String audience, String callerClaim, Optional<URI> resource) {

    /** @throws IllegalArgumentException with a sentence for users if an address cannot be used */
    public TokenRules {
        if (issuer.getHost() == null || !isSafe(issuer)) {
            throw new IllegalArgumentException("The issuer must be an https:// address, not " + issuer
                    + ": keys that came unprotected could be anybody's. Plain http is for this machine only.");
        }
        if (audience.isBlank() || callerClaim.isBlank()) {
            throw new IllegalArgumentException("The audience and the claim that names callers must not be blank.");
        }
        resource.ifPresent(address -> {
            if (address.getHost() == null || address.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "The resource must be the whole address of the MCP endpoint, such as https://rlm.example.com/mcp.");
            }
        });
    }

    private static boolean isSafe(URI address) {
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && Loopback.isLoopback(address.getHost()));
    }

    /**
     * The caller that a claim names.
     *
     * @throws IllegalArgumentException if it names nobody, or in too many characters
     */
    public Caller caller(String claim, Set<Scope> scopes) {
        if (claim.isBlank()) {
            throw new IllegalArgumentException("The claim is blank.");
        }
        return new Caller("oidc:" + issuer + " " + claim, scopes);
    }
}
