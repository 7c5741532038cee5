package dev.rlm.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a file a request carries.
 *
 * @param start the first byte, from 0
 * @param end the byte behind the last one, or -1 if the request does not say how long it is
 * @param total how many bytes the file has, or -1 if that is not said
 */
record Part(long start, long end, long total) {

    /** The form of RFC 9110, 14.4, as {@code curl --continue-at} sends it. */
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /**
     * The part that the headers of a request name.
     *
     * @param contentRange the header {@code Content-Range}, or null
     * @param contentLength the header {@code Content-Length}, or null
     */
    static Part of(@Nullable String contentRange, @Nullable String contentLength) throws UploadException {
        long length = length(contentLength);
        if (contentRange == null) {
            return new Part(0, length, length);
        }
        Matcher range = RANGE.matcher(contentRange.strip());
        if (!range.matches()) {
            throw new UploadException(
                    400, "Content-Range must be of the form 'bytes FIRST-LAST/TOTAL', such as 'bytes 500-999/1000'.");
        }
        long start = Long.parseLong(range.group(1));
        long end = Long.parseLong(range.group(2)) + 1;
        long total = Long.parseLong(range.group(3));
        if (start >= end || end > total || (length >= 0 && length != end - start)) {
            throw new UploadException(
                    400,
                    "Content-Range does not fit: FIRST to LAST must lie below TOTAL and be as many bytes as the body has.");
        }
        return new Part(start, end, total);
    }

    private static long length(@Nullable String contentLength) throws UploadException {
        if (contentLength == null) {
            return -1;
        }
        try {
            long length = Long.parseLong(contentLength.strip());
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new UploadException(400, "Content-Length must be a number of bytes.");
    }

    /** Whether it can be continued after a break: only then is it known when it is complete. */
    boolean isResumable() {
        return total >= 0;
    }
}
