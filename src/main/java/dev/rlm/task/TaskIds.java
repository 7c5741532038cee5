package dev.rlm.task;

import java.util.random.RandomGenerator;

/** Makes task ids: {@code task_} and 26 letters and digits. Thread-safe if its source of chance is. */
public final class TaskIds {

    private static final String PREFIX = "task_";
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 26;

    private final RandomGenerator random;

    /** Ids by chance; a {@link java.security.SecureRandom} makes them unguessable. */
    public TaskIds(RandomGenerator random) {
        this.random = random;
    }

    /** A new id. */
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
