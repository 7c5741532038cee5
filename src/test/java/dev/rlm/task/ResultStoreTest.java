package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.TestClock;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.storage.FolderObjectStore;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultStoreTest {
    private static final String ID = "task_" + "a".repeat(26);
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);
    private ResultStore results;

    private static final Options OPTIONS = new Options(
            "high",
            4,
            1,
            null,
            null,
            null,
            1_000,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            true,
            "auto",
            16_000,
            false);

    @BeforeEach
    void open() {
        results = new ResultStore(new FolderObjectStore(folder));
    }

    private void run(String answer, String value, BigDecimal subPrice) {
        journal.record(new Submitted(
                "How many?",
                List.of("ctx_1", "ctx_2"),
                "p:root",
                "p:sub",
                9,
                8,
                new BigDecimal("0.5"),
                Duration.ofMinutes(3),
                OPTIONS,
                "{\"type\":\"object\"}",
                List.of("task_before"),
                true));
        clock.advance(Duration.ofMillis(1500));
        journal.record(new Started(clock.instant(), 7));
        journal.record(new Routed("rlm", 2, "It is large.", new BigDecimal("0.01")));
        journal.record(new TurnStarted(1, ""));
        journal.record(new RootReplied(1, "code", List.of(), false, cost("p:root", 100, "0.01")));
        for (int i = 0; i < 3; i++) {
            journal.record(new SubCallEnded(
                    1, "prompt", 6, "sha", "reply", null, cost("p:sub", 10, i == 1 ? null : "0.001", subPrice)));
        }
        journal.record(new SubCallEnded(1, "prompt", 6, "sha", null, "refused", null));
        clock.advance(Duration.ofSeconds(4));
        journal.record(new EvidenceGathered(
                new Coverage(
                        30_000,
                        20_000,
                        0,
                        29_999,
                        29_999,
                        2,
                        1,
                        3,
                        "There may be more.",
                        List.of(new DocumentCoverage("b.txt", 10_000, 1, 0, 9_999, 9_999))),
                List.of(new Citation("a.txt", 3, 4, "two\nlines", false)),
                5));
        Citation cited = new Citation("a.txt", 3, 4, "two\nlines", false);
        journal.record(new ClaimChecked(cited, "42", "supported", "It says so.", null));
        journal.record(new ClaimChecked(cited, "43", "contradicted", "It says 42.", null));
        journal.record(new Finished("answered", answer, value, "Computed by code.", null));
    }

    private static final BigDecimal SAVED = new BigDecimal("0.0002");

    private static CallCost cost(String model, long input, String usd) {
        return new CallCost(model, input, 5, 2, new BigDecimal(usd), Duration.ofMillis(250), SAVED);
    }

    private static CallCost cost(String model, long input, String usd, BigDecimal otherwise) {
        return new CallCost(
                model, input, 5, 2, usd == null ? otherwise : new BigDecimal(usd), Duration.ofMillis(250), SAVED);
    }

    private TaskStatus status(String id) {
        StatusReader reader = new StatusReader(id);
        reader.read(journal.entriesAfter(0));
        return reader.status();
    }

    private JsonNode result(String id) throws Exception {
        try (InputStream in = results.result(id).orElseThrow()) {
            return new ObjectMapper().readTree(in);
        }
    }

    @Test
    void aResultSaysWhatWasAskedWhatItTookAndWhatCameOut() throws Exception {
        run("42", "{\"count\":42,\"share\":0.12345678901234567890}", new BigDecimal("0.002"));
        results.save(status(ID), journal);

        JsonNode json = result(ID);
        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                {
                  "format": "rlm.result",
                  "version": 1,
                  "task_id": "%s",
                  "status": "answered",
                  "question": "How many?",
                  "schema": {"type": "object"},
                  "contexts": ["ctx_1", "ctx_2"],
                  "follows": ["task_before"],
                  "models": {"root": "p:root", "sub": "p:sub"},
                  "priority": "high",
                  "limits": {"turns": 9, "sub_calls": 8, "cost_usd": 0.5, "seconds": 180.0, "parallel": 4, "depth": 2},
                  "route": {"kind": "rlm", "depth": 2, "reason": "It is large.", "estimated_cost_usd": 0.01},
                  "answer": "42",
                  "value": {"count": 42, "share": 0.12345678901234567890},
                  "origin": "Computed by code.",
                  "reason": null,
                  "published": null,
                  "coverage": {
                    "characters": 30000,
                    "read_by_sub_models": 0.6666,
                    "seen_by_root": 0.0,
                    "searched": 0.9999,
                    "covered": 0.9999,
                    "documents": 2,
                    "documents_read": 1,
                    "sub_calls_unknown": 3,
                    "note": "There may be more.",
                    "least_read": [
                      {"document": "b.txt", "characters": 10000, "read_by_sub_models": 1.0E-4, "seen_by_root": 0.0,
                       "searched": 0.9999, "covered": 0.9999}
                    ]
                  },
                  "evidence": {
                    "citations_made": 5,
                    "citations": [
                      {"document": "a.txt", "line": 3, "last_line": 4, "quote": "two\\nlines", "cut": false}
                    ]
                  },
                  "verification": {
                    "contradicted": 1,
                    "unclear": 0,
                    "unchecked": 0,
                    "supported": 1,
                    "note": "Of 2 cited passages, 1 support what the answer claims by them; see `claims` for the others.",
                    "claims": [
                      {"document": "a.txt", "line": 3, "last_line": 4, "claim": "43", "verdict": "contradicted",
                       "reason": "It says 42."},
                      {"document": "a.txt", "line": 3, "last_line": 4, "claim": "42", "verdict": "supported",
                       "reason": "It says so."}
                    ]
                  },
                  "usage": {
                    "turns": 1,
                    "cells": 0,
                    "sub_calls": 6,
                    "sub_calls_failed": 1,
                    "function_calls": [],
                    "models": [
                      {"model": "p:root", "calls": 1, "input_tokens": 100, "output_tokens": 5, "cached_tokens": 2,
                       "cost_usd": 0.01, "cache_saved_usd": 0.0002, "latency_seconds": 0.25},
                      {"model": "p:sub", "calls": 3, "input_tokens": 30, "output_tokens": 15, "cached_tokens": 6,
                       "cost_usd": 0.004, "cache_saved_usd": 0.0006, "latency_seconds": 0.75}
                    ],
                    "total": {"calls": 4, "input_tokens": 130, "output_tokens": 20, "cached_tokens": 8,
                              "cost_usd": 0.014, "cache_saved_usd": 0.0008, "latency_seconds": 1.0}
                  },
                  "timings": {
                    "submitted_at": "2026-01-01T00:00:00Z",
                    "started_at": "2026-01-01T00:00:01.500Z",
                    "ended_at": "2026-01-01T00:00:05.500Z",
                    "queued_seconds": 1.5,
                    "running_seconds": 4.0
                  },
                  "trajectory": {"key": "%s.trajectory.jsonl.gz", "entries": 13}
                }
                """.formatted(ID, ID)));
        try (InputStream in = new GZIPInputStream(results.trajectory(ID).orElseThrow())) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(lines).hasSize(13);
            assertThat(lines.getFirst()).contains("\"type\":\"submitted\"");
            assertThat(lines.getLast()).contains("\"type\":\"finished\"");
        }
    }

    @Test
    void anUnknownPriceMakesTheCostUnknownNotLower() throws Exception {
        run("42", null, null);
        results.save(status(ID), journal);
        JsonNode usage = result(ID).path("usage");
        assertThat(usage.at("/models/0/cost_usd").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(usage.at("/models/1/cost_usd").isNull()).isTrue();
        assertThat(usage.at("/total/cost_usd").isNull()).isTrue();
    }

    @Test
    void aResultThatIsSavedTwiceIsTheSame() throws Exception {
        run("42", "42", null);
        results.save(status(ID), journal);
        List<byte[]> before = stored();
        results.save(status(ID), journal);
        List<byte[]> after = stored();
        assertThat(after).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(after.get(i)).isEqualTo(before.get(i));
        }
    }

    private List<byte[]> stored() throws Exception {
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void textThatIsNotValidIsReplaced() throws Exception {
        run("half \uD83D of a character", "\"half \\ud83d\"", null);
        results.save(status(ID), journal);
        assertThat(result(ID).path("answer").textValue()).isEqualTo("half ? of a character");
    }

    @Test
    void aTaskThatHasNotEndedHasNoResult() throws Exception {
        journal.record(new Submitted(
                "q", List.of("c"), "p:r", "p:s", 1, 1, null, Duration.ofMinutes(1), OPTIONS, null, List.of(), false));
        assertThatThrownBy(() -> results.save(status(ID), journal)).isInstanceOf(IllegalArgumentException.class);
        assertThat(results.result(ID)).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    void textThatIsNoIdIsNoResult() throws Exception {
        for (String id : List.of("", "task_x", "../" + ID, ID + ".json", "ctx_" + "a".repeat(26))) {
            assertThat(results.result(id)).isEmpty();
            assertThat(results.trajectory(id)).isEmpty();
        }
    }

    @Test
    void oldResultsGoWithTheirTrajectories() throws Exception {
        run("42", null, null);
        List<String> ids = new ArrayList<>();
        for (char letter = 'a'; letter < 'g'; letter++) {
            String id = "task_" + String.valueOf(letter).repeat(26);
            ids.add(id);
            results.save(status(id), journal);
            Files.setLastModifiedTime(
                    folder.resolve(id + ".json"), FileTime.from(NOW.minus(Duration.ofDays('g' - letter))));
        }
        Files.writeString(folder.resolve("notes.json"), "{}");
        Files.setLastModifiedTime(folder.resolve("notes.json"), FileTime.from(Instant.EPOCH));

        assertThat(results.deleteOld(NOW, null, null)).isEmpty();
        assertThat(results.deleteOld(NOW, Duration.ofDays(5), null)).containsExactly(ids.get(0));
        assertThat(results.deleteOld(NOW, null, 3L)).containsExactly(ids.get(2), ids.get(1));
        assertThat(results.trajectory(ids.get(2))).isEmpty();
        assertThat(results.result(ids.get(3))).isPresent();
        assertThat(results.trajectory(ids.get(5))).isPresent();
        assertThat(folder.resolve("notes.json")).exists();
    }
}
