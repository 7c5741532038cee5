package dev.rlm.packaged.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rlm.journal.sql.PostgresServer;
import dev.rlm.packaged.Replica;
import dev.rlm.storage.s3.FaultyGateway;
import dev.rlm.storage.s3.S3Server;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Servers, workers, disks, databases and networks that fail at any moment. Whatever happens, every task gets its right
 * answer, once, and nothing that is recorded is asked again. A quarter of a hundred kills, as a hundred take many minutes:
 * {@code -Drlm.chaos=100} makes them, and {@code -Drlm.chaos.seed=...} chooses another schedule.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class ChaosIT {
    private static final long SEED = Long.getLong("rlm.chaos.seed", 20_260_714);
    private static final int PERCENT = Integer.getInteger("rlm.chaos", 25);
    private static final int DISK_MEGABYTES = 24;

    @TempDir
    private Path folder;

    @Test
    void nothingIsLostWhenAServerAndItsWorkersAreKilled() throws Exception {
        try (Chaos chaos = new Chaos(folder, SEED)) {
            chaos.replica(storing(folder.resolve("tasks.db").toString()));
            chaos.keepAsking();
            chaos.kill(60 * PERCENT / 100);
            new Verdict(chaos, Verdict.Results.in(folder.resolve("results"))).require("SQLite", SEED);
        }
    }

    @Test
    void nothingIsLostWhenServersOnOneDatabaseAreKilled() throws Exception {
        try (PostgresServer database = PostgresServer.start();
                Chaos chaos = new Chaos(folder, SEED)) {
            Map<String, String> shared = postgres(database.port());
            chaos.replica(shared);
            chaos.replica(shared);
            chaos.keepAsking();
            chaos.kill(40 * PERCENT / 100);
            new Verdict(chaos, Verdict.Results.in(folder.resolve("results"))).require("PostgreSQL", SEED);
        }
    }

    @Test
    void nothingIsLostWhenTheDiskIsFullForAWhile() throws Exception {
        Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("disk"), DISK_MEGABYTES);
        assumeThat(mounted).as("a disk of its own, which takes root").isPresent();
        try (SmallDisk disk = mounted.orElseThrow();
                Chaos chaos = new Chaos(folder, SEED)) {
            chaos.replica(storing(disk.folder().resolve("tasks.db").toString()));
            chaos.keepAsking();
            for (int i = 1; i <= 2; i++) {
                chaos.awaitEnded(2 * i);
                Instant full = chaos.awaitCallUnderWay();
                disk.fill();
                Thread.sleep(6_000);
                disk.free();
                chaos.models().log().interrupted(null, full, Instant.now());
            }
            chaos.awaitEnded(6);
            new Verdict(chaos, Verdict.Results.in(folder.resolve("results"))).require("full disk", SEED);
        }
    }

    @Test
    void nothingIsLostWhenTheDatabaseGoesAwayForAWhile() throws Exception {
        try (PostgresServer database = PostgresServer.start();
                BreakableLine line = new BreakableLine(database.port());
                Chaos chaos = new Chaos(folder, SEED)) {
            Map<String, String> shared = postgres(line.port());
            chaos.replica(shared);
            chaos.replica(shared);
            chaos.keepAsking();
            chaos.awaitEnded(3);
            Instant broken = chaos.awaitCallUnderWay();
            line.breakDown();
            Thread.sleep(10_000);
            line.mend();
            chaos.models().log().interrupted(null, broken, Instant.now());
            chaos.awaitEnded(6);
            new Verdict(chaos, Verdict.Results.in(folder.resolve("results"))).require("lost database", SEED);
        }
    }

    @Test
    void nothingIsLostWhenAFifthOfTheRequestsToTheBucketFail() throws Exception {
        try (S3Server server = S3Server.open();
                FaultyGateway gateway = new FaultyGateway(server.address(), FaultyGateway.share(0.2, SEED));
                S3Client bucket = server.client();
                Chaos chaos = new Chaos(folder, SEED)) {
            Replica replica = chaos.replica(bucket(gateway));
            chaos.keepAsking();
            chaos.awaitEnded(3);
            // Another machine takes over, which has none of the contexts.
            replica.set("RLM_CONTEXT_CACHE_FOLDER", folder.resolve("cache 2").toString());
            chaos.kill(2);
            chaos.awaitEnded(6);
            new Verdict(chaos, key -> read(bucket, "results/" + key)).require("S3", SEED);
            assertThat(gateway.faults()).isGreaterThan(gateway.requests() / 10);
        }
    }

    private Map<String, String> storing(String store) {
        return Map.of(
                "RLM_TASK_STORE", store,
                "RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString(),
                "RLM_TASK_RESULTS_FOLDER", folder.resolve("results").toString());
    }

    private Map<String, String> postgres(int port) {
        Map<String, String> environment =
                new HashMap<>(storing("jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=2"));
        environment.put("RLM_TASK_STORE_USER", "postgres");
        environment.put("RLM_TASK_STORE_PASSWORD", "postgres");
        return environment;
    }

    private Map<String, String> bucket(FaultyGateway gateway) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "RLM_TASK_STORE",
                folder.resolve("tasks.db").toString(),
                "RLM_CONTEXT_CACHE_FOLDER",
                folder.resolve("cache 1").toString(),
                "AWS_ACCESS_KEY_ID",
                "test-key",
                "AWS_SECRET_ACCESS_KEY",
                "test-secret"));
        for (String user : new String[] {"CONTEXT", "TASK_RESULTS"}) {
            String prefix = "RLM_" + user + "_S3_";
            environment.put(prefix + "BUCKET", S3Server.BUCKET);
            environment.put(prefix + "PREFIX", user.equals("CONTEXT") ? "contexts" : "results");
            environment.put(prefix + "REGION", "us-east-1");
            environment.put(prefix + "ENDPOINT", gateway.address().toString());
            environment.put(prefix + "PATH_STYLE", "true");
        }
        return environment;
    }

    private static byte[] read(S3Client bucket, String key) {
        try {
            return bucket.getObjectAsBytes(
                            request -> request.bucket(S3Server.BUCKET).key(key))
                    .asByteArray();
        } catch (NoSuchKeyException e) {
            return null;
        }
    }
}
