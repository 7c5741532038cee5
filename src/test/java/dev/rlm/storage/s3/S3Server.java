package dev.rlm.storage.s3;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** A real S3 server in this process, on a free port of the loopback interface, with its objects in memory. */
public final class S3Server implements AutoCloseable {
    /** The bucket that exists. */
    public static final String BUCKET = "test-bucket";

    /** Whose signatures are right. */
    public static final String KEY_ID = "test-key";

    /** What they are made with. */
    public static final String SECRET = "test-secret";

    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET));

    private final TransientNio2BlobStore objects = new TransientNio2BlobStore();
    private final S3Proxy proxy;

    private S3Server(AuthenticationType authentication) throws Exception {
        proxy = S3Proxy.builder()
                .blobStore(objects)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(authentication, KEY_ID, SECRET)
                .build();
        proxy.start();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    /** A server that checks no signatures, so that requests may be passed on to it. */
    public static S3Server open() throws Exception {
        return new S3Server(AuthenticationType.NONE);
    }

    /** A server that takes only requests with the right signature. */
    public static S3Server guarded() throws Exception {
        return new S3Server(AuthenticationType.AWS_V4);
    }

    /** Puts a small object without a request. */
    public void put(String key, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        objects.putBlob(
                PutObjectRequest.builder()
                        .bucket(BUCKET)
                        .key(key)
                        .contentLength((long) bytes.length)
                        .build(),
                new ByteArrayInputStream(bytes));
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    public S3Settings settings(String prefix) {
        return settings(prefix, address());
    }

    /** Settings for this server's bucket by way of another address. */
    public S3Settings settings(String prefix, URI address) {
        return new S3Settings(BUCKET, prefix, access(address));
    }

    /** How this server is reached by way of an address. */
    public static S3Access access(URI address) {
        return new S3Access("us-east-1", address, true, CREDENTIALS);
    }

    /** A client of the test's own. */
    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(address())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The S3 server does not stop.", e);
        }
    }
}
