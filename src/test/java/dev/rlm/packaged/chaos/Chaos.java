package dev.rlm.packaged.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.packaged.PatientClient;
import dev.rlm.packaged.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Servers that always have several tasks to answer, and what is done to them meanwhile. What it does, and when, derives
 * from a seed; what it meets depends on the machine.
 */
final class Chaos implements AutoCloseable {

    /** So many tasks are unfinished at a time. */
    private static final int UNFINISHED = 5;

    /** With fewer unfinished tasks than this nothing is done to the servers. */
    private static final int SEVERAL = 2;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(150);

    /** A server that makes no call for so long is killed without. */
    private static final Duration AT_WORK = Duration.ofMinutes(1);

    private enum Kind {
        SERVER,
        WORKER,
        BOTH
    }

    /** What a process sent before it was killed may be received so long after; it has sent nothing since. */
    private static final Duration DEAD = Duration.ofSeconds(30);

    /** A server may not have noticed for so long that a worker is gone. */
    private static final Duration NOTICED = Duration.ofSeconds(15);

    private final Path folder;
    private final Random random;
    private final CountingModels models;
    private final WorkerCensus workers = WorkerCensus.before();
    private final List<Replica> replicas = new ArrayList<>();
    private final PatientClient client = new PatientClient(replicas);
    private final Map<String, ChaosTask> tasks = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> ended = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final long start = System.nanoTime();
    private volatile boolean asking = true;
    private Thread asker;
    private int kills;

    Chaos(Path folder, long seed) throws IOException {
        this.folder = folder;
        this.random = new Random(seed);
        this.models = new CountingModels(seed);
    }

    /** Adds a server with this configuration and starts it. */
    Replica replica(Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "OPENAI_BASE_URL", models.baseUrl().toString(),
                "RLM_MODEL_ROOT", "openai:root",
                "RLM_MODEL_SUB", "openai:sub",
                "RLM_MODEL_RETRY_FIRST_DELAY", "50MS",
                "RLM_MODEL_RETRY_MAX_DELAY", "500MS",
                "RLM_ENGINE_TOOL_CALLS", "false",
                "RLM_ENGINE_SUB_CALLS", "5000",
                "RLM_ENGINE_TURNS", "200",
                "RLM_SANDBOX_HEAP", "256M",
                "RLM_TASK_HEARTBEAT", "1S"));
        environment.put("RLM_SANDBOX_WARM_WORKERS", "0");
        environment.put("RLM_SANDBOX_COMPILER", "quick");
        // Lives are short: what the best compiler would save later is never earned back.
        environment.put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        environment.put("RLM_TASK_RUNNING", "2");
        environment.put("RLM_TASK_SHUTDOWN_GRACE", "500MS");
        environment.putAll(more);
        Replica replica = new Replica("replica" + (replicas.size() + 1), folder, environment);
        replica.start();
        replicas.add(replica);
        return replica;
    }

    CountingModels models() {
        return models;
    }

    PatientClient client() {
        return client;
    }

    Map<String, ChaosTask> tasks() {
        return tasks;
    }

    List<Replica> replicas() {
        return replicas;
    }

    int kills() {
        return kills;
    }

    Duration time() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    WorkerCensus workers() {
        return workers;
    }

    /** Keeps asking until there is an end of it, so that several tasks are always unfinished. */
    void keepAsking() {
        Random lines = new Random(random.nextLong());
        asker = Thread.ofVirtual().start(() -> {
            try {
                while (asking) {
                    look();
                    if (tasks.size() - ended.size() < UNFINISHED) {
                        ask(new ChaosTask("chaos-" + (tasks.size() + 1), 9 + lines.nextInt(28)));
                    } else {
                        Thread.sleep(LOOK);
                    }
                }
            } catch (InterruptedException | RuntimeException | Error e) {
                failure.set(e);
            }
        });
    }

    /** Asks, and asks again with the same key: that must not make a second task. */
    private void ask(ChaosTask task) throws InterruptedException {
        String context = client.load(task.name(), task.context());
        String id = client.ask(task.name(), context, task.question());
        String again = client.ask(task.name(), context, task.question());
        if (!again.equals(id)) {
            throw new AssertionError(task.name() + " is two tasks: " + id + " and " + again);
        }
        tasks.put(id, task);
    }

    private void look() throws InterruptedException {
        for (String id : tasks.keySet()) {
            if (!ended.containsKey(id)) {
                Optional<JsonNode> status = client.status(id);
                if (status.isPresent() && PatientClient.hasEnded(status.get())) {
                    ended.put(id, status.get());
                }
            }
        }
    }

    /** Kills processes, so many of them: servers, workers, or both at once, at random moments. */
    void kill(int times) throws IOException, InterruptedException {
        while (kills < times) {
            awaitSeveralUnfinished();
            Replica victim = replicas.get(random.nextInt(replicas.size()));
            awaitMoment(victim);
            switch (Kind.values()[random.nextInt(Kind.values().length)]) {
                case WORKER -> killWorker(victim);
                case SERVER -> killServer(victim);
                case BOTH -> {
                    killWorker(victim);
                    killServer(victim);
                }
            }
            // Now and then a server ends in peace, which must lose no more than a crash does.
            if (random.nextInt(8) == 0) {
                Replica leaving = replicas.get(random.nextInt(replicas.size()));
                leaving.awaitReady();
                end(leaving);
            }
        }
    }

    /** Half of the moments are amid calls, or just after; the others are any, some of them before the server listens. */
    private void awaitMoment(Replica victim) throws InterruptedException {
        boolean atWork = random.nextBoolean();
        boolean listening = atWork || random.nextBoolean();
        if (listening) {
            victim.awaitReady();
        }
        long end = System.nanoTime() + AT_WORK.toNanos();
        while (atWork && System.nanoTime() < end && models.log().underWay(victim.lifeName()) == 0) {
            Thread.sleep(5);
        }
        Thread.sleep(random.nextInt(atWork ? 500 : 2_500));
    }

    private void killWorker(Replica victim) {
        List<ProcessHandle> found = victim.workers();
        if (found.isEmpty()) {
            return;
        }
        Instant now = Instant.now();
        models.log().interrupted(victim.lifeName(), now, now.plus(NOTICED));
        kills += found.get(random.nextInt(found.size())).destroyForcibly() ? 1 : 0;
    }

    private void killServer(Replica victim) throws IOException, InterruptedException {
        Instant now = Instant.now();
        models.log().interrupted(victim.lifeName(), now, now.plus(DEAD));
        victim.kill();
        kills++;
        victim.start();
    }

    /** Ends a server as an operating system ends a service, and starts it again. */
    private void end(Replica leaving) throws IOException {
        Instant now = Instant.now();
        models.log().interrupted(leaving.lifeName(), now, now.plus(NOTICED));
        leaving.close();
        leaving.start();
    }

    /** Waits until several tasks are unfinished and a model is asked; returns when that was. */
    Instant awaitCallUnderWay() throws InterruptedException {
        awaitSeveralUnfinished();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (models.log().underWay(null) == 0) {
            requireHope(end);
            Thread.sleep(5);
        }
        Instant now = Instant.now();
        // So that what is under way is counted.
        models.log().interrupted(null, now, now);
        return now;
    }

    /** Waits until several tasks are unfinished; fails if asking has failed. */
    void awaitSeveralUnfinished() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (tasks.size() - ended.size() < SEVERAL) {
            requireHope(end);
            Thread.sleep(LOOK);
        }
        requireHope(end);
    }

    /** Waits until so many tasks have ended in all. */
    void awaitEnded(int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (ended.size() < count) {
            requireHope(end);
            Thread.sleep(LOOK);
        }
    }

    /** Asks no more, and waits until all tasks have ended; returns how each stands then. */
    Map<String, JsonNode> awaitAllEnded() throws InterruptedException {
        asking = false;
        asker.join();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (ended.size() < tasks.size()) {
            requireHope(end);
            look();
            Thread.sleep(LOOK);
        }
        return Map.copyOf(ended);
    }

    private void requireHope(long end) {
        if (failure.get() != null) {
            throw new AssertionError("Asking failed.", failure.get());
        }
        if (System.nanoTime() > end) {
            List<String> open = tasks.entrySet().stream()
                    .filter(task -> !ended.containsKey(task.getKey()))
                    .map(task -> task.getValue().name() + " " + task.getKey())
                    .toList();
            throw new AssertionError("These tasks do not end: " + open);
        }
    }

    /** Ends everything that is still there. */
    @Override
    public void close() {
        asking = false;
        if (asker != null) {
            asker.interrupt();
        }
        client.close();
        replicas.forEach(Replica::close);
        models.close();
    }
}
