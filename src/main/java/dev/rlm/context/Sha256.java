package dev.rlm.context;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as the address of content. */
final class Sha256 {
    private static final int HEX_LENGTH = 64;

    private Sha256() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /** Whether a text is a SHA-256 in lower-case hex. Such a text is safe as the name of a file. */
    static boolean isHex(String text) {
        return text.length() == HEX_LENGTH
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
