package dev.rlm.context;

/**
 * What one context may hold, what loading it may cost, and what all contexts of one owner may hold.
 *
 * @param bytes how many bytes of text in UTF-8
 * @param documents how many documents
 * @param entries how many files, folders and archive entries may be looked at
 * @param unpackedBytes how many bytes an archive may unpack to, entries that are left out counted too
 * @param archiveRatio how many times larger than its compressed form an entry over 10 MiB may be
 * @param ownedBytes how many bytes of text all contexts of one owner may have together, each counted with all its
 *     documents; {@link Long#MAX_VALUE} for no limit
 */
public record ContextLimits(
        long bytes, int documents, int entries, long unpackedBytes, int archiveRatio, long ownedBytes) {

    /** 1 GiB of text, 100,000 documents, 1,000,000 entries, 4 GiB unpacked, 200 times larger, any number of contexts. */
    public static final ContextLimits DEFAULT =
            new ContextLimits(1L << 30, 100_000, 1_000_000, 4L << 30, 200, Long.MAX_VALUE);

    /** @throws IllegalArgumentException if a limit is below 1 */
    public ContextLimits {
        if (bytes < 1 || documents < 1 || entries < 1 || unpackedBytes < 1 || archiveRatio < 1 || ownedBytes < 1) {
            throw new IllegalArgumentException("Every limit of a context must be at least 1.");
        }
    }

    /** These limits with other ones for text and documents; what an archive may unpack to grows with the text. */
    public ContextLimits with(long maxBytes, int maxDocuments) {
        long unpacked = Math.max(unpackedBytes, maxBytes > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : maxBytes * 4);
        return new ContextLimits(
                maxBytes, maxDocuments, Math.max(entries, maxDocuments), unpacked, archiveRatio, ownedBytes);
    }

    /** These limits with another one for all contexts of an owner. */
    public ContextLimits withOwnedBytes(long most) {
        return new ContextLimits(bytes, documents, entries, unpackedBytes, archiveRatio, most);
    }

    ContextException tooManyBytes() {
        return new ContextException("The context has more than the " + size(bytes)
                + " of text that are allowed: load a part of it, or raise rlm.context.max-bytes.");
    }

    ContextException quotaExceeded() {
        return new ContextException("Your contexts would have more than the " + size(ownedBytes)
                + " of text together that are allowed: delete contexts that you need no more.");
    }

    ContextException tooManyDocuments() {
        return new ContextException("The context has more than the " + documents
                + " documents that are allowed: load a part of it, or raise rlm.context.max-documents.");
    }

    ContextException tooManyEntries() {
        return new ContextException("There are more than " + entries
                + " files and folders, more than are looked at for one context: load a part of them.");
    }

    ContextException tooMuchUnpacked(String archive) {
        return new ContextException("The archive " + archive + " unpacks to more than " + size(unpackedBytes)
                + ", more than is allowed: unpack it and load the part that is needed.");
    }

    /** A number of bytes in the largest unit that keeps it exact. */
    private static String size(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long amount = bytes;
        while (amount % 1024 == 0 && unit < units.length - 1) {
            amount /= 1024;
            unit++;
        }
        return amount + " " + units[unit];
    }
}
