package dev.rlm.storage.s3;

import dev.rlm.storage.ObjectKeys;
import dev.rlm.storage.ObjectPage;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Objects in an S3 bucket. What is larger than 8 MiB is sent in parts of that size, one after the other, so a put takes
 * that much memory; every part has its SHA-256, which the bucket compares. Requests that fail for the moment are
 * repeated with growing random pauses.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int PART = 8 << 20;
    private static final String ANY = "*";
    private static final String RIGHTS = "s3:ListBucket, s3:ListBucketMultipartUploads, s3:GetObject, s3:PutObject,"
            + " s3:DeleteObject and s3:AbortMultipartUpload";

    private final S3Settings settings;
    private final S3Connection connection;
    private final S3Failures failures;

    /** Objects in a bucket, which must exist. Asks nobody yet. */
    public S3ObjectStore(S3Settings settings) {
        this.settings = settings;
        this.connection = S3Connection.inOneRegion(settings.access());
        this.failures =
                new S3Failures(settings.bucket(), RIGHTS, settings.access().endpoint());
    }

    @Override
    public void put(String key, Upload upload) throws StorageException, InterruptedException {
        send(key, upload, null);
    }

    @Override
    public boolean putIfAbsent(String key, Upload upload) throws StorageException, InterruptedException {
        if (find(key).isPresent()) {
            return false;
        }
        try {
            send(key, upload, ANY);
            return true;
        } catch (StorageException e) {
            int status = e.getCause() instanceof AwsServiceException refusal ? refusal.statusCode() : 0;
            // 409: another conditional request with this key was under way at the same time.
            if (status == 412 || (status == 409 && find(key).isPresent())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Optional<StoredObject> find(String key) throws StorageException, InterruptedException {
        String full = full(key);
        return call(client -> {
            try {
                HeadObjectResponse head = client.headObject(
                        request -> request.bucket(settings.bucket()).key(full));
                return Optional.of(new StoredObject(key, head.contentLength(), head.lastModified()));
            } catch (AwsServiceException e) {
                if (e.statusCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public Optional<InputStream> get(String key, long offset, long length)
            throws StorageException, InterruptedException {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("The part must start at 0 or later and have at least 1 byte.");
        }
        String full = full(key);
        return call(client -> {
            try {
                ResponseInputStream<GetObjectResponse> first = client.getObject(request(full, offset, length, null));
                String tag = first.response().eTag();
                return Optional.of(new ResumingStream(
                        first,
                        offset,
                        first.response().contentLength(),
                        (from, left) -> resume(full, from, left, tag)));
            } catch (AwsServiceException e) {
                if (e.statusCode() == 416) {
                    return Optional.of(InputStream.nullInputStream());
                }
                if (e.statusCode() == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public ObjectPage list(String prefix, @Nullable String after, int limit)
            throws StorageException, InterruptedException {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("A page has 1 to " + LARGEST_PAGE + " objects.");
        }
        String start = after == null ? null : full(after);
        ListObjectsV2Response page = call(client -> client.listObjectsV2(request -> request.bucket(settings.bucket())
                .prefix(settings.prefix() + prefix)
                .startAfter(start)
                .maxKeys(limit)));
        List<StoredObject> objects = page.contents().stream()
                .map(object -> new StoredObject(
                        object.key().substring(settings.prefix().length()), object.size(), object.lastModified()))
                .toList();
        boolean more = Boolean.TRUE.equals(page.isTruncated()) && !objects.isEmpty();
        return new ObjectPage(objects, more ? objects.getLast().key() : null);
    }

    @Override
    public void delete(String key) throws StorageException, InterruptedException {
        String full = full(key);
        call(client ->
                client.deleteObject(request -> request.bucket(settings.bucket()).key(full)));
    }

    @Override
    public int clearAbandoned(Instant before) throws StorageException, InterruptedException {
        int cleared = 0;
        String keyMarker = null;
        String idMarker = null;
        do {
            String key = keyMarker;
            String id = idMarker;
            ListMultipartUploadsResponse page =
                    call(client -> client.listMultipartUploads(request -> request.bucket(settings.bucket())
                            .prefix(settings.prefix())
                            .keyMarker(key)
                            .uploadIdMarker(id)));
            for (var upload : page.uploads()) {
                if (upload.initiated().isBefore(before)) {
                    call(client -> client.abortMultipartUpload(request ->
                            request.bucket(settings.bucket()).key(upload.key()).uploadId(upload.uploadId())));
                    cleared++;
                }
            }
            boolean more = Boolean.TRUE.equals(page.isTruncated());
            keyMarker = more ? page.nextKeyMarker() : null;
            idMarker = more ? page.nextUploadIdMarker() : null;
        } while (keyMarker != null);
        return cleared;
    }

    @Override
    public String place() {
        return "the S3 bucket " + settings.bucket();
    }

    @Override
    public void close() {
        connection.close();
    }

    private String full(String key) {
        return settings.prefix() + ObjectKeys.check(key);
    }

    private void send(String key, Upload upload, @Nullable String ifNoneMatch)
            throws StorageException, InterruptedException {
        String full = full(key);
        byte[] part = read(upload);
        if (part.length < PART) {
            check(upload);
            String checksum = MultipartUpload.sha256(part);
            call(client -> client.putObject(
                    request -> request.bucket(settings.bucket())
                            .key(full)
                            .checksumSHA256(checksum)
                            .ifNoneMatch(ifNoneMatch),
                    MultipartUpload.body(part)));
            return;
        }
        try (MultipartUpload parts = call(client -> new MultipartUpload(client, settings.bucket(), full))) {
            for (byte[] next = part; next.length > 0; next = read(upload)) {
                if (parts.parts() == MultipartUpload.MOST_PARTS) {
                    throw new StorageException("An object of more than 78 GiB cannot be stored in S3.", null);
                }
                byte[] sent = next;
                call(client -> {
                    parts.send(sent);
                    return sent;
                });
            }
            check(upload);
            call(client -> {
                parts.complete(ifNoneMatch);
                return parts;
            });
        }
    }

    private byte[] read(Upload upload) throws StorageException, InterruptedException {
        try {
            return upload.read(PART);
        } catch (InterruptedIOException _) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new StorageException("What was to be stored could not be read (" + e.getMessage() + ").", e);
        }
    }

    private static void check(Upload upload) throws StorageException {
        try {
            upload.check();
        } catch (IOException e) {
            throw new StorageException("What was to be stored is damaged: " + e.getMessage() + ".", e);
        }
    }

    private GetObjectRequest request(String full, long offset, long length, @Nullable String tag) {
        GetObjectRequest.Builder request = GetObjectRequest.builder()
                .bucket(settings.bucket())
                .key(full)
                .ifMatch(tag)
                .checksumMode(ChecksumMode.ENABLED);
        if (offset > 0 || length < Long.MAX_VALUE) {
            request.range(
                    "bytes=" + offset + "-" + (length > Long.MAX_VALUE - offset ? "" : (Long) (offset + length - 1)));
        }
        return request.build();
    }

    private InputStream resume(String full, long offset, long length, String tag) throws IOException {
        try {
            return call(client -> client.getObject(request(full, offset, length, tag)));
        } catch (StorageException e) {
            int status = e.getCause() instanceof AwsServiceException refusal ? refusal.statusCode() : 0;
            throw status == 412 || status == 404
                    ? new IOException("The object was replaced or deleted while it was read.", e)
                    : new IOException(e.getMessage(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Reading was interrupted.");
        }
    }

    private <T> T call(S3Connection.Call<T> call) throws StorageException, InterruptedException {
        return connection.call(failures, call);
    }
}
