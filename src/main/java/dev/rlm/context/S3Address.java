package dev.rlm.context;

import dev.rlm.storage.s3.S3Names;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an address such as {@code s3://bucket/key} means. What follows the bucket is the key as it is: nothing in it is
 * escaped, and nothing is a query.
 *
 * @param bucket may be the name of a bucket
 * @param key of an object; or empty or with a slash at its end, for all objects whose keys start so
 */
record S3Address(String bucket, String key) {
    private static final String SCHEME = "s3://";

    /** What signed addresses of other kinds have at their end, which is nobody else's business. */
    private static final Pattern QUERY = Pattern.compile("\\?[^?]*=.*", Pattern.DOTALL);

    /** Whether a text is meant as such an address. */
    static boolean isMeant(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** What a text means; empty if it is no such address, or its key is no unequivocal one. */
    static Optional<S3Address> of(String text) {
        if (!isMeant(text)) {
            return Optional.empty();
        }
        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String key = slash < 0 ? "" : rest.substring(slash + 1);
        return S3Names.isBucket(bucket) && S3Names.isUnequivocal(key)
                ? Optional.of(new S3Address(bucket, key))
                : Optional.empty();
    }

    /** Whether it means all objects below it. */
    boolean isFolder() {
        return key.isEmpty() || key.endsWith("/");
    }

    /** Whether the other one is this one, or this one is a folder and the other one lies below it. */
    boolean covers(S3Address other) {
        return bucket.equals(other.bucket) && (key.equals(other.key) || (isFolder() && other.key.startsWith(key)));
    }

    /** The last part of the key that is not empty; the bucket if there is none. */
    String label() {
        String path = Labels.relative(key);
        return Labels.harmless(path.isEmpty() ? bucket : path.substring(path.lastIndexOf('/') + 1));
    }

    /** The address as it may be shown. */
    @Override
    public String toString() {
        return Labels.harmless(SCHEME + bucket + "/" + QUERY.matcher(key).replaceFirst("?..."));
    }
}
