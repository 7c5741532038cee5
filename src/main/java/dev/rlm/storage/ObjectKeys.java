package dev.rlm.storage;

import java.util.regex.Pattern;

/** Recognises the keys of objects, which are safe as relative paths and in addresses. */
public final class ObjectKeys {
    private static final int LONGEST = 900;
    private static final Pattern PARTS =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    private ObjectKeys() {}

    /**
     * The same key, if it is one.
     *
     * @throws IllegalArgumentException otherwise
     */
    public static String check(String key) {
        if (key.length() > LONGEST || !PARTS.matcher(key).matches()) {
            throw new IllegalArgumentException("A key must be 1 to 900 letters, digits, dots, dashes and underscores in"
                    + " parts separated by slashes.");
        }
        return key;
    }

    static boolean isPart(String name) {
        return !name.contains("/") && PARTS.matcher(name).matches();
    }
}
