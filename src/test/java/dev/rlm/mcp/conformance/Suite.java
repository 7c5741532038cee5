package dev.rlm.mcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The conformance suite of the protocol's makers, run against a server. */
final class Suite {

    private static final long MINUTES = 10;

    /** How many scenarios the suite has for each version: one that does not run proves nothing. */
    private static final Map<String, Integer> SCENARIOS = Map.of("2025-11-25", 33, "2026-07-28", 50);

    /** Outcomes of one run: the names of what ran, and what failed: a name, a colon and the check. */
    record Outcome(Set<String> scenarios, Set<String> failures) {}

    private Suite() {}

    /**
     * Runs what a version of the protocol requires, and what the suite only reports.
     *
     * @param address the server's address
     * @param version the version
     * @param name what this run is called
     */
    static Outcome run(String address, String version, String name) throws IOException, InterruptedException {
        Path suite = Npm.installed().resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js");
        Path results = Path.of("target", "conformance", name + "-" + version).toAbsolutePath();
        delete(results);
        Files.createDirectories(results);
        Process process = Npm.node(
                        suite,
                        "server",
                        "--url",
                        address,
                        "--requirements",
                        version,
                        "--output-dir",
                        results.toString())
                .redirectErrorStream(true)
                .redirectOutput(results.resolve("output.txt").toFile())
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("The conformance suite did not end.");
        }
        return outcome(results);
    }

    private static Outcome outcome(Path results) throws IOException {
        Set<String> scenarios = new TreeSet<>();
        Set<String> failures = new TreeSet<>();
        try (Stream<Path> folders = Files.list(results)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                String scenario = scenario(folder);
                scenarios.add(scenario);
                if (!Files.exists(folder.resolve("checks.json"))) {
                    failures.add(scenario);
                    continue;
                }
                for (JsonNode check : new ObjectMapper()
                        .readTree(folder.resolve("checks.json").toFile())) {
                    if (check.path("status").asText().equals("FAILURE")) {
                        failures.add(scenario + ":" + check.path("id").asText());
                    }
                }
            }
        }
        return new Outcome(scenarios, failures);
    }

    /** The suite's folders are called server-SCENARIO-TIME. */
    private static String scenario(Path folder) {
        return folder.getFileName()
                .toString()
                .replaceFirst("^server-", "")
                .replaceFirst("-\\d{4}-\\d\\d-\\d\\dT.*$", "");
    }

    /** Requires that just that fails which is known to fail; see docs/conformance.md. */
    static void requireExpected(Outcome outcome, String run) throws IOException {
        Set<String> expected = new TreeSet<>();
        try (InputStream in = Suite.class.getResourceAsStream("expected-failures.yaml")) {
            new YAMLMapper().readTree(in).required(run).forEach(entry -> expected.add(entry.asText()));
        }
        assertThat(outcome.scenarios())
                .as("scenarios of " + run)
                .hasSize(SCENARIOS.get(run.substring(run.indexOf(' ') + 1)));
        assertThat(outcome.failures())
                .as("failures in " + run)
                .allMatch(failure -> expected.contains(failure) || expected.contains(scenarioOf(failure)));
        assertThat(expected)
                .as("expected failures that pass in " + run)
                .allMatch(entry -> outcome.failures().stream()
                        .anyMatch(failure ->
                                failure.equals(entry) || scenarioOf(failure).equals(entry)));
    }

    private static String scenarioOf(String failure) {
        int end = failure.indexOf(':');
        return end < 0 ? failure : failure.substring(0, end);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
