package dev.rlm.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may call. Without any of it the server listens on the loopback interface only. */
@ConfigMapping(prefix = "rlm.auth")
public interface AuthConfig {

    /** API keys, by what they are called. */
    Map<String, KeyConfig> keys();

    /** An API key. */
    interface KeyConfig {

        /** The hash of the key, as {@code rlm key} prints it; a second one for as long as it takes to change the key. */
        Optional<List<String>> hash();

        /** What its bearer may do. */
        @WithDefault("rlm:ask,rlm:load")
        List<String> scopes();
    }

    /** Tokens of an OpenID provider. */
    OidcConfig oidc();

    /** Tokens of an OpenID provider. */
    interface OidcConfig {

        /** The provider, exactly as its tokens name it in {@code iss}. */
        Optional<URI> issuer();

        /** What tokens must name in {@code aud}. */
        Optional<String> audience();

        /** The claim that tells callers apart. Default: {@code sub}. */
        Optional<String> callerClaim();

        /** The address of the MCP endpoint as clients know it. Default: that of each request. */
        Optional<URI> resource();
    }

    /** Whether something in front of the server authenticates all callers, and nobody can get past it. */
    @WithDefault("false")
    boolean inFront();

    /** The header in which what is in front names the caller. Without it all callers are one. */
    Optional<String> callerHeader();

    /** How often a caller may call, on each server; 0 for no limit. Who is not told apart from others is not limited. */
    RateConfig rate();

    /** How often a caller may call. */
    interface RateConfig {

        /** Requests a minute. */
        @WithDefault("600")
        int requests();

        /** Contexts that are loaded a minute. */
        @WithDefault("60")
        int loads();

        /** Questions that are asked a minute. */
        @WithDefault("60")
        int asks();

        /** Wrong credentials a minute from one address. */
        @WithDefault("30")
        int failures();
    }
}
