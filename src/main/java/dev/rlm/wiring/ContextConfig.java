package dev.rlm.wiring;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Contexts. */
@ConfigMapping(prefix = "rlm.context")
public interface ContextConfig {

    /** The folder that keeps contexts. Default: {@code rlm/contexts} in the user's data folder. */
    Optional<Path> folder();

    /**
     * The folders below which paths may be loaded, separated by commas. Default: the working directory for the command
     * line, none for the server.
     */
    Optional<List<Path>> roots();

    /** How long a load of paths or addresses may take before clients that know tasks get a task for it; 0 for at once. */
    @WithDefault("5s")
    Duration taskAfter();

    /** Where paths may be loaded from while {@link #roots} is not set; the commands set it. */
    Optional<Path> defaultRoot();

    /**
     * What addresses must begin with to be loaded, such as {@code https://example.com/docs/} or
     * {@code s3://team-data/papers/}, separated by commas.
     */
    Optional<List<String>> urls();

    /** How long fetching a file or object from an address may take. */
    @WithDefault("5M")
    Duration urlTime();

    /** How objects are reached that are loaded from {@code s3://} addresses. */
    UrlS3Config urlS3();

    /** How objects are reached that are loaded from {@code s3://} addresses. */
    interface UrlS3Config {

        /** The AWS region. Default: as the AWS SDK finds it. Buckets may lie in others. */
        Optional<String> region();

        /** The endpoint's address, to override the region's own. */
        Optional<URI> endpoint();

        /** Whether the bucket is a part of the path rather than of the host name. Default: false. */
        Optional<Boolean> pathStyle();

        /** The profile of the AWS configuration files that has the credentials. Default: as the AWS SDK finds them. */
        Optional<String> profile();
    }

    /** How much text a context may hold, in bytes of UTF-8, such as {@code 500M}. */
    @WithDefault("1G")
    MemorySize maxBytes();

    /** How many documents a context may have. */
    @WithDefault("100000")
    int maxDocuments();

    /** What reading PDFs may take. */
    PdfConfig pdf();

    /** What reading PDFs may take. */
    interface PdfConfig {

        /** How many PDFs are read at a time, each by a process of its own. */
        @WithDefault("2")
        int readers();

        /** How much memory reading a PDF may take, in bytes; at least 64M. */
        @WithDefault("512M")
        MemorySize memory();

        /** How long a page may take, as text and as image; opening a PDF may take four times as long. */
        @WithDefault("30S")
        Duration pageTime();

        /** How long a PDF may take altogether. */
        @WithDefault("10M")
        Duration time();

        /** How many pages of a PDF become images. */
        @WithDefault("100")
        int images();
    }

    /** What one caller may have. */
    QuotaConfig quota();

    /** What one caller may have. */
    interface QuotaConfig {

        /** How much text all contexts of a caller may have together, in bytes of UTF-8. Default: no limit. */
        Optional<MemorySize> size();
    }

    /** The bucket that keeps contexts, instead of a folder, for any number of servers. */
    S3Config s3();

    /** The folder that caches contexts of a bucket. Default: {@code rlm/contexts} in the user's cache folder. */
    Optional<Path> cacheFolder();

    /** How much text of a bucket is cached, in bytes; running tasks may need more for a while. Default: 10G. */
    Optional<MemorySize> cacheSize();

    /** When contexts are deleted. A context that a task needs is not. */
    RetentionConfig retention();

    /** When contexts are deleted. */
    interface RetentionConfig {

        /** How old a context becomes. Default: no limit. */
        Optional<Duration> age();

        /** How much text all contexts may have together; the oldest are deleted first. Default: no limit. */
        Optional<MemorySize> size();
    }
}
