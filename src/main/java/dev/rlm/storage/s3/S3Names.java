package dev.rlm.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Recognises the names of S3: those of buckets, and keys of objects. */
public final class S3Names {
    /** How many bytes of UTF-8 a key may have. */
    public static final int LONGEST_KEY = 1024;

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern DOTS = Pattern.compile("(?:^|[/\\\\])\\.{1,2}(?:[/\\\\]|$)");

    private S3Names() {}

    /** Whether a text may be the name of a bucket; such a text is safe as a part of a host name or path. */
    public static boolean isBucket(String text) {
        return BUCKET.matcher(text).matches() && !text.contains("..");
    }

    /**
     * Whether an object with this key is asked for by requests that every server and proxy on the way understands alike.
     * To S3 a key is just text, but in the path of a request a part {@code ..} or {@code .} may be taken as a way to
     * another object, of another bucket even.
     */
    public static boolean isUnequivocal(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length <= LONGEST_KEY
                && !DOTS.matcher(key).find();
    }
}
