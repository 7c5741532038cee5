package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.storage.s3.FakeBucket;
import dev.rlm.storage.s3.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses in S3 are asked for, and which never. */
final class AllowedObjectsTest {

    @TempDir
    private Path temporary;

    private S3Bench bench(FakeBucket bucket, String... allowed) throws Exception {
        return new S3Bench(
                temporary, S3Server.access(bucket.address()), Duration.ofMinutes(1), Workbench.SMALL, allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://other-bucket/docs/a",
                "s3://some-bucket",
                "s3://some-bucket/",
                "s3://some-bucket/docs",
                "s3://some-bucket/docs-other/a",
                "s3://some-bucket/Docs/a",
                "s3://some-bucket//docs/a",
                "s3://some-bucket/one.txt/",
                "s3://some-bucket/one.txt2",
                "s3://some-bucket/docs/../secret",
                "s3://some-bucket/docs/../../other-bucket/secret",
                "s3://some-bucket/docs/..",
                "s3://some-bucket/docs/./a",
                "s3://some-bucket/docs/..\\..\\secret",
                "s3://some-bucket/docs%2F..%2Fsecret",
                "s3://SOME-BUCKET/docs/a",
                "s3://some_bucket/docs/a",
                "s3://me:pw@some-bucket/docs/a",
                "s3://some-bucket:80/docs/a",
                "s3:///docs/a",
                "s3://",
                "s3://127.0.0.1:80/docs/a",
                "s3://..some-bucket/docs/a",
                "s3://some-bucket?x/docs/a"
            })
    void everyOtherAddressIsRefusedWithoutARequest(String address) throws Exception {
        try (FakeBucket bucket = new FakeBucket();
                S3Bench bench = bench(bucket, "s3://some-bucket/docs/", "s3://some-bucket/one.txt")) {
            assertThatThrownBy(() -> bench.load(address))
                    .isInstanceOf(ContextException.class)
                    .message()
                    .containsAnyOf("rlm.context.urls", "This is no address in S3")
                    .doesNotContain("pw@");
            assertThat(bucket.lists() + bucket.gets()).isZero();
        }
    }

    @Test
    void whereNothingIsAllowedASentenceSaysSo() throws Exception {
        try (FakeBucket bucket = new FakeBucket();
                S3Bench bench = bench(bucket)) {
            assertThatThrownBy(() -> bench.load("s3://some-bucket/docs/a"))
                    .isInstanceOf(ContextException.class)
                    .hasMessageStartingWith("Nothing is loaded from S3 here")
                    .hasMessageContaining("rlm.context.urls");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-bucket/docs/", "fake-bucket/", "fake-bucket", "fake-bucket/docs/a"})
    void whatIsAllowedIsRead(String allowed) throws Exception {
        try (FakeBucket bucket = new FakeBucket().with("docs/a", "text");
                S3Bench bench = bench(bucket, "s3://" + allowed)) {
            assertThat(bench.load("s3://fake-bucket/docs/a").characters()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://", "s3://A/", "s3://some-bucket/a/../b/", "https://a/", "s3://me@some-bucket/"})
    void whatIsNoAddressIsRefusedAtTheStart(String address) {
        assertThatThrownBy(() -> AllowedObjects.of(List.of(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3://BUCKET/PREFIX/");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://a/b, InS3",
        "S3://a/b, InS3",
        "https://a/b, Url",
        "HTTPS://a/b, Url",
        "http://a/b, OnDisk",
        "s3:/a, OnDisk",
        "/s3://a, OnDisk",
        "src, OnDisk"
    })
    void addressesAreToldFromPaths(String place, String kind) {
        assertThat(Source.at(place).getClass().getSimpleName()).isEqualTo(kind);
    }
}
