package dev.rlm.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A key that a caller sends instead of a password. The server knows only its SHA-256: a key is 256 random bits, so nobody can
 * find it by trying, and a slow hash would protect nothing but make every request slow. Immutable.
 *
 * @param name what the operator calls it; the caller is {@code key:} and this
 * @param hashes the SHA-256 of each text that is accepted; a second one lets a key be changed without a break
 * @param scopes what its bearer may do
 */
public record ApiKey(String name, List<Hash> hashes, Set<Scope> scopes) {

    /** What all keys begin with, so that people and secret scanners recognise them. */
    public static final String PREFIX = "rlm_";

    private static final int RANDOM_BYTES = 32;
    private static final String NAME = "[a-z][a-z0-9-]{0,39}";

    /** @throws IllegalArgumentException with a sentence for users if the name cannot be one, or there is no hash */
    public ApiKey {
        requireName(name);
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException(
                    "The key " + name + " has no hash: make one with 'rlm key " + name + "'.");
        }
        hashes = List.copyOf(hashes);
        scopes = Set.copyOf(scopes);
    }

    /**
     * Checks that a key can have this name.
     *
     * @throws IllegalArgumentException with a sentence for users if it cannot
     */
    public static void requireName(String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "The name of a key must be a lower-case letter and then at most 39 lower-case"
                            + " letters, digits and hyphens.");
        }
    }

    /** A new key: {@value #PREFIX} and 256 random bits; as hard to guess as the source is, so give a {@code SecureRandom}. */
    public static String random(RandomGenerator source) {
        byte[] bytes = new byte[RANDOM_BYTES];
        source.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Who bears the key. */
    Caller caller() {
        return new Caller("key:" + name, scopes);
    }

    /** Whether a text with this hash is the key. Takes as long for a wrong one as for the right one. */
    boolean matches(Hash hash) {
        boolean matches = false;
        for (Hash known : hashes) {
            matches |= MessageDigest.isEqual(known.sha256, hash.sha256);
        }
        return matches;
    }

    /** The SHA-256 of a key, written as {@code sha256:} and 64 hexadecimal digits. */
    public static final class Hash {
        private static final String FORM = "sha256:";
        private static final int BYTES = 32;

        private final byte[] sha256;

        private Hash(byte[] sha256) {
            this.sha256 = sha256;
        }

        /** The hash of a key. */
        public static Hash of(String key) {
            try {
                return new Hash(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256.", e);
            }
        }

        /**
         * The hash that a text writes.
         *
         * @throws IllegalArgumentException with a sentence that does not repeat the text, which may be a key
         */
        public static Hash parse(String text) {
            try {
                byte[] bytes = HexFormat.of().parseHex(text.substring(text.startsWith(FORM) ? FORM.length() : 0));
                if (text.startsWith(FORM) && bytes.length == BYTES) {
                    return new Hash(bytes);
                }
            } catch (IllegalArgumentException _) {
                // Told below, without the text.
            }
            throw new IllegalArgumentException("A hash is 'sha256:' and 64 hexadecimal digits, as 'rlm key' prints it;"
                    + " the key itself does not belong there.");
        }

        @Override
        public String toString() {
            return FORM + HexFormat.of().formatHex(sha256);
        }
    }
}
