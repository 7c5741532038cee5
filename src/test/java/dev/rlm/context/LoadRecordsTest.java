package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import dev.rlm.storage.FolderObjectStore;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.Upload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRecordsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private ObjectStore objects;
    private LoadRecords records;

    @BeforeEach
    void open() {
        objects = new FolderObjectStore(folder);
        records = new LoadRecords(objects, "loads/");
    }

    @AfterEach
    void close() {
        objects.close();
    }

    private static LoadRecord load(State state) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("key", "a \"key\"");
        return new LoadRecord(
                "load_1",
                "key:ci",
                state,
                NOW,
                NOW.plusSeconds(2),
                state == State.WORKING ? json : null,
                state == State.ENDED ? json : null);
    }

    @Test
    void aRecordIsReadAsItWasSavedLast() throws Exception {
        assertThat(records.find("load_1")).isEmpty();
        for (State state : State.values()) {
            records.save(load(state));
            assertThat(records.find("load_1")).contains(load(state));
        }
    }

    @Test
    void whatNobodyCanReadIsNoRecord() throws Exception {
        for (String damaged : new String[] {"", "{", "[]", "{\"state\": \"LOST\"}", "{\"state\": \"WORKING\"}"}) {
            objects.put("loads/load_1", Upload.of(damaged.getBytes(StandardCharsets.UTF_8)));
            assertThat(records.find("load_1")).as(damaged).isEmpty();
        }
    }

    @Test
    void recordsAreForgottenAfterADay() throws Exception {
        records.save(load(State.WORKING));
        objects.put("keys/other", Upload.of(new byte[1]));
        Instant saved = objects.find("loads/load_1").orElseThrow().modified();
        assertThat(records.clear(saved.plus(LoadRecords.KEPT))).isZero();
        assertThat(records.clear(saved.plus(LoadRecords.KEPT).plus(Duration.ofSeconds(1))))
                .isOne();
        assertThat(records.find("load_1")).isEmpty();
        assertThat(objects.find("keys/other")).isPresent();
    }
}
