package dev.rlm.context;

import java.util.ArrayList;
import java.util.List;

/** The objects in S3 from which contexts may be loaded. Immutable and thread-safe. */
public final class AllowedObjects {

    /** No object. */
    public static final AllowedObjects NONE = new AllowedObjects(List.of());

    private final List<S3Address> allowed;

    private AllowedObjects(List<S3Address> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** Whether an address is one of S3, whatever else is to be said of it. */
    public static boolean isMeant(String address) {
        return S3Address.isMeant(address);
    }

    /**
     * These objects: {@code s3://bucket/prefix/} is all whose keys start with {@code prefix/}, {@code s3://bucket/key} is
     * that one alone, and {@code s3://bucket/} is the whole bucket.
     *
     * @throws IllegalArgumentException with a sentence if one is no address
     */
    public static AllowedObjects of(List<String> addresses) {
        List<S3Address> allowed = new ArrayList<>();
        for (String address : addresses) {
            allowed.add(S3Address.of(address.strip())
                    .orElseThrow(() -> new IllegalArgumentException("Write each as s3://BUCKET/PREFIX/, or as"
                            + " s3://BUCKET/KEY for a single object, without parts '.' and '..', not '"
                            + Labels.harmless(address) + "'.")));
        }
        return new AllowedObjects(allowed);
    }

    /**
     * What an address means, if it may be loaded.
     *
     * @throws ContextException if it may not
     */
    S3Address require(String text) throws ContextException {
        if (allowed.isEmpty()) {
            throw new ContextException(
                    "Nothing is loaded from S3 here, for only what lies below the s3:// addresses named"
                            + " in rlm.context.urls is loaded and none is named: give the text itself, or name an address there.");
        }
        S3Address address = S3Address.of(text)
                .orElseThrow(
                        () -> new ContextException("This is no address in S3 that can be loaded: write s3://BUCKET/KEY"
                                + " for one object or s3://BUCKET/PREFIX/ for all below it, with the name of a bucket, and a key of"
                                + " at most 1,024 bytes without parts '.' and '..'."));
        if (allowed.stream().noneMatch(one -> one.covers(address))) {
            throw new ContextException(
                    "The address " + address + " cannot be loaded: addresses in S3 must lie below one of"
                            + " those that rlm.context.urls names, which end with a slash, or be one of them ("
                            + Labels.some(allowed) + ").");
        }
        return address;
    }
}
