package dev.rlm.access;

import java.util.List;
import java.util.Optional;

/**
 * The keys that a server accepts. Immutable.
 *
 * @param keys each with a name of its own
 */
public record ApiKeys(List<ApiKey> keys) {

    /** No key. */
    public static final ApiKeys NONE = new ApiKeys(List.of());

    public ApiKeys {
        keys = List.copyOf(keys);
    }

    /** Whether a credential is meant to be a key, rather than a token. */
    public static boolean isKey(String credential) {
        return credential.startsWith(ApiKey.PREFIX);
    }

    /** Who bears a key; empty if the server does not know it. Compares with all keys, however early one fits. */
    public Optional<Caller> bearer(String key) {
        ApiKey.Hash hash = ApiKey.Hash.of(key);
        Optional<Caller> bearer = Optional.empty();
        for (ApiKey known : keys) {
            if (known.matches(hash)) {
                bearer = Optional.of(known.caller());
            }
        }
        return bearer;
    }
}
