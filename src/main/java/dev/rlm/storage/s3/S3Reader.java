package dev.rlm.storage.s3;

import dev.rlm.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Reads objects that others have put into S3, under any keys and in any bucket that its credentials open; changes
 * nothing. It does not judge whether they may be read. Requests that fail for the moment are repeated with growing random
 * pauses, and in the bucket's region where that is another one. No sentence of it tells an endpoint. Thread-safe.
 *
 * <p>All methods throw {@link StorageException} if the bucket as a whole cannot be read, and {@link InterruptedException}
 * if the thread was interrupted.
 */
public final class S3Reader implements AutoCloseable {

    private static final String RIGHTS = "s3:ListBucket and s3:GetObject";

    private final S3Connection connection;

    /** Asks nobody yet. */
    public S3Reader(S3Access access) {
        this.connection = S3Connection.acrossRegions(access);
    }

    /**
     * An object as a list tells it.
     *
     * @param size in bytes
     * @param tag changes with its content
     */
    public record Listed(String key, long size, String tag) {}

    /**
     * Some objects.
     *
     * @param next what to ask for the objects after these by, or null if there are no more
     */
    public record Page(List<Listed> objects, @Nullable String next) {
        public Page {
            objects = List.copyOf(objects);
        }
    }

    /**
     * The objects whose keys start with a prefix, up to 1,000 of them, in the order in which the bucket lists them.
     *
     * @param prefix any text
     * @param next the {@link Page#next} of the page before; null for the first page
     */
    public Page list(String bucket, String prefix, @Nullable String next)
            throws StorageException, InterruptedException {
        ListObjectsV2Response page = connection.call(
                failures(bucket),
                client -> client.listObjectsV2(
                        request -> request.bucket(bucket).prefix(prefix).continuationToken(next)));
        List<Listed> objects = page.contents().stream()
                .filter(object -> object.key() != null && object.key().startsWith(prefix))
                .map(object ->
                        new Listed(object.key(), object.size() == null ? 0 : object.size(), plain(object.eTag())))
                .toList();
        String more = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        if (more != null && more.equals(next)) {
            throw new StorageException("The S3 bucket " + bucket + " sends a list that has no end.", null);
        }
        return new Page(objects, more);
    }

    /**
     * An object that is being read; to be closed.
     *
     * @param size in bytes
     * @param tag as in {@link Listed}
     * @param bytes throws {@link ObjectReplacedException} where the object was replaced or deleted since it was opened:
     *     bytes of two objects are never mixed
     */
    public record Opened(long size, String tag, InputStream bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /** The object was replaced or deleted while it was read. */
    public static final class ObjectReplacedException extends IOException {
        private ObjectReplacedException(Throwable cause) {
            super("was replaced or deleted while it was read", cause);
        }
    }

    /**
     * Opens an object. Reading goes on over broken connections.
     *
     * @throws UnreadableObjectException if this object cannot be read, whatever holds for others of the bucket
     */
    public Opened open(String bucket, String key)
            throws UnreadableObjectException, StorageException, InterruptedException {
        try {
            ResponseInputStream<GetObjectResponse> first = get(bucket, key, 0, null);
            Long size = first.response().contentLength();
            if (size == null || first.response().eTag() == null) {
                first.abort();
                throw new StorageException(
                        "The S3 bucket " + bucket + " does not tell the size and the tag of its objects.", null);
            }
            String tag = first.response().eTag();
            return new Opened(
                    size,
                    plain(tag),
                    new ResumingStream(first, 0, size, (from, left) -> resume(bucket, key, from, tag)));
        } catch (StorageException e) {
            throw UnreadableObjectException.of(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    private ResponseInputStream<GetObjectResponse> get(String bucket, String key, long from, @Nullable String tag)
            throws StorageException, InterruptedException {
        return connection.call(
                failures(bucket),
                client -> client.getObject(request -> request.bucket(bucket)
                        .key(key)
                        .ifMatch(tag)
                        .range(from == 0 ? null : "bytes=" + from + "-")
                        .checksumMode(ChecksumMode.ENABLED)));
    }

    private InputStream resume(String bucket, String key, long from, String tag) throws IOException {
        try {
            return get(bucket, key, from, tag);
        } catch (StorageException e) {
            int status = e.getCause() instanceof AwsServiceException refusal ? refusal.statusCode() : 0;
            throw status == 412 || status == 404 ? new ObjectReplacedException(e) : new IOException(e.getMessage(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Reading was interrupted.");
        }
    }

    private static S3Failures failures(String bucket) {
        return new S3Failures(bucket, RIGHTS, null);
    }

    /** Servers differ in the quotes around tags, also from one answer to the next. */
    private static String plain(@Nullable String tag) {
        return tag == null ? "" : tag.replace("\"", "");
    }
}
