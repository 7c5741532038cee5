package dev.rlm.storage.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An object that is sent in parts, each with its SHA-256, which the bucket compares. Nobody sees it before it is
 * completed; closing it before that frees what was sent. Not thread-safe.
 */
final class MultipartUpload implements AutoCloseable {
    /** The most that S3 allows. */
    static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final String id;
    private final List<CompletedPart> parts = new ArrayList<>();
    private boolean completed;

    MultipartUpload(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.id = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256))
                .uploadId();
    }

    int parts() {
        return parts.size();
    }

    void send(byte[] part) {
        int number = parts.size() + 1;
        String checksum = sha256(part);
        String tag = client.uploadPart(
                        request -> request.bucket(bucket)
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .checksumSHA256(checksum),
                        body(part))
                .eTag();
        parts.add(CompletedPart.builder()
                .partNumber(number)
                .eTag(tag)
                .checksumSHA256(checksum)
                .build());
    }

    /** Makes the object visible. */
    void complete(@Nullable String ifNoneMatch) {
        client.completeMultipartUpload(request -> request.bucket(bucket)
                .key(key)
                .uploadId(id)
                .ifNoneMatch(ifNoneMatch)
                .multipartUpload(upload -> upload.parts(parts)));
        completed = true;
    }

    @Override
    public void close() {
        if (completed) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(id));
        } catch (SdkException | IllegalStateException _) {
            // What was sent stays unseen until abandoned uploads are cleared.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Bytes that can be sent again, without a copy of them. */
    static RequestBody body(byte[] bytes) {
        return RequestBody.fromContentProvider(
                () -> new java.io.ByteArrayInputStream(bytes), bytes.length, "application/octet-stream");
    }

    static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
