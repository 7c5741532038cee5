package dev.rlm.context;

import java.util.random.RandomGenerator;

/** Makes and recognises the ids of contexts. As thread-safe as the source of randomness. */
public final class ContextIds {
    private static final String PREFIX = "ctx_";
    private static final int LENGTH = 26;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private final RandomGenerator random;

    /** Ids from a source of randomness; they are as hard to guess as that is, so give a {@code SecureRandom}. */
    public ContextIds(RandomGenerator random) {
        this.random = random;
    }

    /** A new id: {@code ctx_} and 26 characters of base32, 130 random bits. */
    public String next() {
        StringBuilder id = new StringBuilder(PREFIX);
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /** Whether a text has the form of an id. Such a text is safe as the name of a file. */
    public static boolean isId(String text) {
        return text.length() == PREFIX.length() + LENGTH
                && text.startsWith(PREFIX)
                && text.chars().skip(PREFIX.length()).allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }
}
