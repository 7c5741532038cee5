package dev.rlm.packaged.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The sandbox workers of this build that have come up since a moment, whoever started them. */
final class WorkerCensus {
    private static final String BUILD = Path.of("target").toAbsolutePath().toString();

    private final Set<ProcessHandle> earlier;

    private WorkerCensus(Set<ProcessHandle> earlier) {
        this.earlier = earlier;
    }

    /** Notes the workers that are there already, which are somebody else's. */
    static WorkerCensus before() {
        return new WorkerCensus(all());
    }

    /** Those that have come since and are alive. */
    List<ProcessHandle> alive() {
        return all().stream().filter(process -> !earlier.contains(process)).toList();
    }

    private static Set<ProcessHandle> all() {
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(process -> {
                    String command = process.info().commandLine().orElse("");
                    return command.contains("SandboxWorker") && command.contains(BUILD);
                })
                .collect(Collectors.toSet());
    }
}
